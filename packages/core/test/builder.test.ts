import { expect, test } from 'vitest'
import {
  decimal,
  DefinitionError,
  defineSchema,
  defineSegments,
  greaterThan,
  isNot,
  nearest,
  type SchemaOf,
  segmentry,
  text,
  unknownName,
} from '../src/index.ts'

const schema = defineSchema({
  fields: { state: text(), plan: text() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

/** The builder as a caller without types has it: JavaScript, or a name that is known at run time only. */
interface Untyped {
  group(build: (group: UntypedGroup) => unknown): { readonly definition: unknown }
}
interface UntypedGroup {
  tag(name: string): unknown
  field(name: string, test: unknown): unknown
  event(name: string, build?: (event: UntypedEvent) => unknown): unknown
}
interface UntypedEvent {
  where(name: string, test: unknown): unknown
}
const untyped = (): Untyped => segment()

/** The sentences of the error that is thrown. */
function issues(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues.map((issue) => issue.message)
    throw error
  }
  return []
}

test('the four segments of the product page', () => {
  const segments = defineSegments({
    vipCalifornia: segment().group((g) => g.tag('VIP').field('state', 'CA')),
    engaged: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
    bigSpenders: segment().group((g) => g.event('purchase', (e) => e.sum('amount', greaterThan(500)))),
    lapsed: segment().group((g) => g.event('opened', (e) => e.within('90 days').never())),
  })
  const atLeastOnce = { of: 'count', test: { op: 'atLeast', value: 1 } }
  expect(segments.vipCalifornia.definition.rule).toEqual({
    kind: 'all',
    of: [
      { kind: 'tag', tag: 'VIP' },
      { kind: 'field', field: 'state', test: { op: 'is', value: 'CA' } },
    ],
  })
  expect(segments.engaged.definition.rule).toEqual({
    kind: 'event',
    event: 'opened',
    at: [{ op: 'during', window: { over: 'clock', after: '-30 days', until: 'now' } }],
    measure: atLeastOnce,
  })
  expect(segments.bigSpenders.definition.rule).toEqual({
    kind: 'event',
    event: 'purchase',
    measure: { of: 'sum', property: 'amount', test: { op: 'greaterThan', value: '500' } },
  })
  expect(segments.lapsed.definition.rule).toEqual({
    kind: 'not',
    of: {
      kind: 'event',
      event: 'opened',
      at: [{ op: 'during', window: { over: 'clock', after: '-90 days', until: 'now' } }],
      measure: atLeastOnce,
    },
  })
})

test('every call makes a new value', () => {
  const start = segment()
  const vip = start.group((g) => g.tag('VIP'))
  const before = structuredClone(vip.definition)
  const either = vip.group((g) => g.field('state', 'CA')).titled('Either')
  expect(vip.definition).toEqual(before)
  expect(either.definition.rule).toMatchObject({ kind: 'any', of: [{ kind: 'tag' }, { kind: 'field' }] })
  expect(
    Object.isFrozen(vip) && Object.isFrozen(vip.definition) && Object.isFrozen(vip.definition.rule),
  ).toBe(true)
  expect(JSON.parse(JSON.stringify(either))).toEqual(either.definition)
})

test('exclude takes away from the union, wherever it is written', () => {
  const first = segment()
    .exclude((g) => g.tag('churned'))
    .group((g) => g.tag('VIP'))
    .group((g) => g.field('state', 'CA'))
  const last = segment()
    .group((g) => g.tag('VIP'))
    .group((g) => g.field('state', 'CA'))
    .exclude((g) => g.tag('churned'))
  expect(first.definition).toEqual(last.definition)
  expect(first.definition.rule).toMatchObject({ kind: 'all', of: [{ kind: 'any' }, { kind: 'not' }] })
})

// The type tests (typetest/names.tst.ts) ask the type checker for the same sentences.
test.each([
  ['field', 'stat', 'state', (name: string) => untyped().group((g) => g.field(name, 'CA'))],
  ['tag', 'VIPP', 'VIP', (name: string) => untyped().group((g) => g.tag(name))],
  ['event', 'opend', 'opened', (name: string) => untyped().group((g) => g.event(name))],
  [
    'property',
    'campain',
    'campaign',
    (name: string) => untyped().group((g) => g.event('opened', (e) => e.where(name, 'x'))),
  ],
])('an unknown %s reads as in the type checker', (what, found, near, run) => {
  const sentence = `unknown ${what} '${found}' - did you mean '${near}'?`
  expect(issues(() => run(found))).toEqual([sentence])
  expect(unknownName(what, found, nearest(found, [near]))).toBe(sentence)
})

test('an unknown name without a near one', () => {
  expect(issues(() => untyped().group((g) => g.field('zip', '94601')))).toEqual([
    "unknown field 'zip' (expected one of state, plan)",
  ])
})

test('a negative test without a policy is told what to state', () => {
  const [sentence] = issues(() => untyped().group((g) => g.field('state', isNot('CA'))))
  expect(sentence).toContain("{ missing: 'include' } or { missing: 'exclude' }")
})

test('what is empty is refused where it is written', () => {
  expect(issues(() => untyped().group((g) => g))).toEqual([
    'found an empty group, expected at least one filter; everyone is written g.everyone()',
  ])
  const onlyExclude = segment().exclude((g) => g.tag('VIP')) as unknown as ReturnType<typeof segment> & {
    readonly definition: never
  }
  expect(issues(() => onlyExclude.definition)[0]).toContain('a segment with only exclude(…)')
})
