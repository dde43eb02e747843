import { describe, expect, test } from 'vitest'
import {
  atLeast,
  reviewSegments,
  choice,
  decodeSegments,
  defineSchema,
  encodeSegments,
  evaluate,
  explainPerson,
  integer,
  list,
  object,
  oneOf,
  references,
  renderExplanation,
  type SchemaOf,
  segmentry,
  text,
} from '../src/index.ts'

const before = defineSchema({
  fields: { plan: choice('free', 'pro', 'gold'), seats: integer(), city: text(), langs: list(text()) },
  tags: ['VIP'],
  events: { opened: { campaign: text() } },
})
interface Before extends SchemaOf<typeof before> {}
const { segment } = segmentry<Before>(before)

const golden = segment().group((g) => g.field('plan', oneOf('gold', 'pro')))
const vip = segment().group((g) => g.tag('VIP'))
const built = {
  vip,
  golden,
  large: segment().group((g) => g.field('seats', atLeast(10))),
  local: segment().group((g) => g.field('city', 'Oakland')),
  both: segment().group((g) => g.in(golden).in(vip)),
  opened: segment().group((g) => g.event('opened', (e) => e.where('campaign', 'spring'))),
}
const stored = JSON.parse(JSON.stringify(encodeSegments(built))) as Record<keyof typeof built, unknown>
const now = '2026-11-24T00:00:00Z'

describe('a stored definition meets a changed schema', () => {
  // A value of the closed set is gone, a type is another, a field is gone, an event's property is gone.
  const after = defineSchema({
    fields: { plan: choice('free', 'pro'), seats: text(), langs: list(text()) },
    tags: ['VIP'],
    events: { opened: {} },
  })

  test('what is sound goes on, and each of the others says what is wrong, references included', () => {
    const { sound, broken } = reviewSegments(stored, after)
    expect(Object.keys(sound)).toEqual(['vip'])
    const said = Object.fromEntries(
      Object.entries(broken).map(([key, issues]) => [key, issues.map(({ code }) => code)]),
    )
    expect(said).toEqual({
      golden: ['wrong-value'],
      large: ['wrong-value'],
      local: ['unknown-field'],
      both: ['broken-reference'],
      opened: ['unknown-property'],
    })
    expect(broken.golden![0]!.path).toEqual(['rule', 'test', 'values', 0])
    expect(broken.both![0]!.message).toContain("the broken segment 'golden'")
  })

  test('nothing is decoded when something is wrong, and a segment that was built is refused at evaluation', () => {
    expect(() => decodeSegments(stored, after)).toThrow(/golden\.rule\.test\.values\.0/)
    expect(() => evaluate(built.local, { id: 'x' }, { schema: after, now })).toThrow(/unknown field 'city'/)
  })

  test('with the schema they were written for, all are sound and mean the same', () => {
    const found = decodeSegments(stored, before)
    const person = { id: 'x', fields: { plan: 'gold' }, tags: ['VIP'] }
    for (const key of Object.keys(built) as (keyof typeof built)[]) {
      const options = { schema: before, now }
      expect(evaluate(found[key], person, options)).toBe(evaluate(built[key], person, options))
    }
  })
})

test('what else is wrong is told beside a broken reference', () => {
  const { broken } = reviewSegments(
    {
      vip: { format: 1, rule: { kind: 'tag', tag: 'nobody has this' } },
      both: {
        format: 1,
        rule: {
          kind: 'all',
          of: [
            { kind: 'segment', of: 'vip' },
            { kind: 'tag', tag: 'nor this' },
          ],
        },
      },
    },
    before,
  )
  expect(broken.both!.map(({ code, path }) => [code, path.join('.')])).toEqual([
    ['broken-reference', 'rule.of.0.of'],
    ['unknown-tag', 'rule.of.1.tag'],
  ])
})

test('a circle of references is refused with its path, for each segment in it', () => {
  const to = (key: string): object => ({ format: 1, rule: { kind: 'not', of: { kind: 'segment', of: key } } })
  const { broken } = reviewSegments({ a: to('b'), b: to('c'), c: to('a'), d: to('d') }, before)
  expect(broken.a![0]!.message).toBe('segments refer to each other in a circle: a → b → c → a')
  expect(broken.c![0]!.message).toBe('segments refer to each other in a circle: c → a → b → c')
  expect(broken.d![0]!.message).toContain('d → d')
  expect(Object.keys(broken)).toEqual(['a', 'b', 'c', 'd'])
})

test('the cause is reported before what only follows from it', () => {
  const to = (key: string): object => ({ format: 1, rule: { kind: 'segment', of: key } })
  const all = () => decodeSegments({ before: to('a'), a: to('b'), b: to('a') }, before)
  expect(all).toThrow(/^segments refer to each other in a circle: a → b → a\n {2}at a\.rule\.of\n/)
  expect(all).toThrow(/found the broken segment 'a', expected a sound one\n {2}at before\.rule\.of$/)
})

test('text, and what else holds no definitions by key, is told once', () => {
  for (const [data, message] of [
    ['{"vip": {}}', 'found text, expected an object of definitions by key: pass JSON.parse(text)'],
    [[stored.vip], 'found a list, expected an object of definitions by key'],
    [null, 'found null, expected an object of definitions by key'],
  ] as const) {
    expect(() => decodeSegments(data as never, before)).toThrow(message)
  }
})

test('an unknown segment is reported with the near name', () => {
  const { broken } = reviewSegments(
    { vip: stored.vip, x: { format: 1, rule: { kind: 'segment', of: 'vipp' } } },
    before,
  )
  expect(broken.x![0]!.message).toBe("unknown segment 'vipp' - did you mean 'vip'?")
})

test('references that double are counted before they are written out', () => {
  const doubled = Object.fromEntries(
    Array.from({ length: 31 }, (_, i) => [
      `s${i}`,
      {
        format: 1,
        rule:
          i === 0
            ? { kind: 'tag', tag: 'VIP' }
            : {
                kind: 'all',
                of: [
                  { kind: 'segment', of: `s${i - 1}` },
                  { kind: 'not', of: { kind: 'segment', of: `s${i - 1}` } },
                ],
              },
      },
    ]),
  )
  const { broken } = reviewSegments(doubled, before)
  expect(broken['s9']![0]!.code).toBe('too-many-filters')
})

test('the values of sensitive fields are not shown, nor those inside them', () => {
  const schema = defineSchema({
    fields: { city: text().sensitive(), home: object({ zip: text() }).sensitive(), plan: text() },
  })
  interface Private extends SchemaOf<typeof schema> {}
  const start = segmentry<Private>(schema).segment
  const made = start().group((g) =>
    g.field('city', 'Oakland').field('home.zip', '94601').field('plan', 'pro'),
  )
  const person = { id: 'ann', fields: { city: 'Berlin', home: { zip: '10115' }, plan: 'free' } }
  const shown = renderExplanation(explainPerson(made, person, { schema, now }))
  expect(shown).toContain("city is 'Oakland': found a value that is not shown")
  expect(shown).toContain("plan is 'pro': found 'free'")
  expect(shown).not.toMatch(/Berlin|10115/)
  expect(renderExplanation(explainPerson(made, { id: 'bob' }, { schema, now }))).toContain('missing')
})

test('references name the segments that a segment is made of, through those without a key', () => {
  const { segment: start } = segmentry<Before>(before)
  const nameless = start().group((g) => g.in(golden).not((h) => h.in(vip)))
  const made = {
    ...built,
    through: start().group((g) => g.in(nameless)),
    twice: start()
      .group((g) => g.in(vip))
      .exclude((g) => g.in(vip)),
  }
  const none: readonly string[] = []
  expect(references(made)).toEqual({
    vip: none,
    golden: none,
    large: none,
    local: none,
    both: ['golden', 'vip'],
    opened: none,
    through: ['golden', 'vip'],
    twice: ['vip'],
  })
  expect(references(decodeSegments(JSON.parse(JSON.stringify(encodeSegments(made))), before))).toEqual(
    references(made),
  )
})
