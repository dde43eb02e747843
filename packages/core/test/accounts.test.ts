import { describe as suite, expect, test } from 'vitest'
import {
  type Account,
  AccountPeopleError,
  type AnySegment,
  atLeast,
  choice,
  decodeSegment,
  decodeSegments,
  defineSchema,
  dependencies,
  describe,
  encodeSegment,
  encodeSegments,
  evaluate,
  evaluateAll,
  explainPerson,
  format,
  hashRule,
  inNext,
  inProcess,
  integer,
  isNot,
  nextChangeAt,
  type Node,
  type Person,
  PersonError,
  renderExplanation,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '../src/index.ts'
import { collect } from './people.ts'
import { issuesOf } from './vocabulary.ts'

const schema = defineSchema({
  fields: { state: text() },
  tags: ['VIP', 'owner'],
  events: { opened: {} },
  accounts: {
    company: {
      plan: choice('free', 'pro'),
      seats: integer(),
      renewsAt: timestamp(),
      secret: text().sensitive(),
    },
    'sales team': {},
  },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00.000Z'
const at = { schema, now }

const pro = segment().group((g) => g.account('company', (a) => a.field('plan', 'pro')))
const anyVip = segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p.tag('VIP'))))
const allVip = segment().group((g) => g.account('company', (a) => a.allPeople((p) => p.tag('VIP'))))
const noVip = segment().group((g) => g.account('company', (a) => a.noPerson((p) => p.tag('VIP'))))

const belonging = (...accounts: readonly Partial<Account>[]): Person => ({
  id: 'ann',
  accounts: accounts.map((one) => ({ account: 'company', id: 'acme', ...one })),
})
const isIn = (made: AnySegment, person: Person): boolean => {
  const built = evaluate(made, person, at)
  expect(evaluate(decodeSegment(encodeSegment(made), schema), person, at)).toBe(built)
  return built
}

suite('a person and their accounts', () => {
  test('belongs to one that passes every test', () => {
    const both = segment().group((g) =>
      g.account('company', (a) => a.field('plan', 'pro').field('seats', atLeast(5))),
    )
    expect(isIn(both, belonging({ fields: { plan: 'pro', seats: 5 } }))).toBe(true)
    // Each test holds of another account.
    const apart = belonging(
      { fields: { plan: 'pro', seats: 1 } },
      { id: 'b', fields: { plan: 'free', seats: 9 } },
    )
    expect(isIn(both, apart)).toBe(false)
    expect(
      isIn(
        segment().group((g) => g.account('company', (a) => a.field('seats', 9))),
        apart,
      ),
    ).toBe(true)
  })

  test('without accounts a person belongs to none, and the complement takes them', () => {
    const some = segment().group((g) => g.account('company'))
    const none = segment().group((g) => g.not((n) => n.account('company')))
    for (const person of [{ id: 'ann' }, belonging({ account: 'sales team' })]) {
      expect([isIn(some, person), isIn(none, person)]).toEqual([false, true])
    }
    expect([isIn(some, belonging({})), isIn(none, belonging({}))]).toEqual([true, false])
  })

  test('values that are not of their type are missing, and what is no account is none', () => {
    const odd = { ...belonging({ fields: { plan: 'gold', seats: '7' } }), id: 'ann' }
    const notPro = segment().group((g) =>
      g.account('company', (a) => a.field('plan', isNot('pro', { missing: 'include' }))),
    )
    expect([isIn(pro, odd), isIn(notPro, odd)]).toEqual([false, true])
    const some = segment().group((g) => g.account('company'))
    for (const accounts of ['acme', 7, {}]) {
      expect(() => isIn(some, { id: 'ann', accounts } as never)).toThrow(PersonError)
    }
    for (const accounts of [
      null,
      [null, 'acme', 7, [], { account: 'company' }, { account: 'company', id: 7 }],
      [{ id: 'a' }],
      [{ account: '__proto__', id: 'a' }],
    ]) {
      expect(isIn(some, { id: 'ann', accounts } as never)).toBe(false)
    }
    expect(isIn(pro, belonging({ fields: 'pro' as never }))).toBe(false)
  })

  test('an account that is listed twice counts once, as it is listed first', () => {
    expect(isIn(pro, belonging({ fields: { plan: 'free' } }, { fields: { plan: 'pro' } }))).toBe(false)
    expect(isIn(pro, belonging({ fields: { plan: 'pro' } }, { fields: { plan: 'free' } }))).toBe(true)
    expect(isIn(pro, belonging({ fields: { plan: 'free' } }, { id: 'b', fields: { plan: 'pro' } }))).toBe(
      true,
    )
  })
})

suite("an account's people", () => {
  const vip = (id: string): Person => ({ id, tags: ['VIP'] })

  test('any, all and none of them, the person among them', () => {
    const answers = (person: Person) => [anyVip, allVip, noVip].map((made) => isIn(made, person))
    expect(answers(belonging({ people: [] }))).toEqual([false, false, true])
    expect(answers(belonging({ people: [vip('bob')] }))).toEqual([true, false, false])
    expect(answers({ ...belonging({ people: [vip('bob')] }), tags: ['VIP'] })).toEqual([true, true, false])
    // Who is listed as one of the people is the person, whatever is said of them there.
    expect(answers(belonging({ people: [vip('ann')] }))).toEqual([false, false, true])
    expect(
      answers(belonging({ people: [vip('bob'), { id: 'bob' }, null, 'carl', { id: 7 }] as never })),
    ).toEqual([true, false, false])
  })

  test('two statements hold of one account, and may be true of different people', () => {
    const both = segment().group((g) =>
      g.account('company', (a) => a.anyPerson((p) => p.tag('VIP')).anyPerson((p) => p.tag('owner'))),
    )
    const owner = { id: 'carl', tags: ['owner'] }
    expect(isIn(both, belonging({ people: [vip('bob'), owner] }))).toBe(true)
    expect(isIn(both, belonging({ people: [vip('bob')] }, { id: 'b', people: [owner] }))).toBe(false)
  })

  test('that nobody told are an error and never an answer', () => {
    for (const made of [
      anyVip,
      allVip,
      noVip,
      segment().group((g) => g.not((n) => n.account('company', (a) => a.anyPerson((p) => p.everyone())))),
    ]) {
      for (const ask of [
        () => evaluate(made, belonging({}), at),
        () => evaluateAll({ made }, belonging({}), at),
        () => explainPerson(made, belonging({}), at),
        () => nextChangeAt(made, belonging({}), at),
        // Also beside an account that would decide by itself.
        () => evaluate(made, belonging({ people: [vip('bob')] }, { id: 'b' }), at),
      ]) {
        expect(ask).toThrow(AccountPeopleError)
      }
    }
    expect(() => evaluate(anyVip, belonging({}), at)).toThrow(
      /found no people of the company "acme" of the person "ann", expected .* inProcess/,
    )
    expect(isIn(pro, belonging({ fields: { plan: 'pro' } }))).toBe(true)
    expect(isIn(anyVip, { id: 'ann' })).toBe(false)
  })

  test('are known to an evaluator of a population, whatever accounts list', async () => {
    const in_ = (...ids: readonly string[]): Pick<Person, 'accounts'> => ({
      accounts: ids.map((id) => ({ account: 'company', id, people: [vip('nobody')] })),
    })
    const evaluator = inProcess(
      schema,
      [
        { id: 'ann', ...in_('acme') },
        { id: 'bob', tags: ['VIP'], ...in_('acme', 'big') },
        { id: 'carl', ...in_('small') },
        { id: 'dora', tags: ['VIP'], ...in_('big') },
        { id: 'emil', tags: ['VIP'] },
      ],
      { now },
    )
    expect(await collect(evaluator.members(anyVip))).toEqual(['ann', 'bob', 'dora'])
    expect(await collect(evaluator.members(allVip))).toEqual(['bob', 'dora'])
    expect(await collect(evaluator.members(noVip))).toEqual(['carl'])
    expect(await evaluator.counts({ anyVip, allVip, noVip })).toEqual({ anyVip: 3, allVip: 2, noVip: 1 })
    expect((await evaluator.explain(allVip, 'bob')).member).toBe(true)
  })

  test('asked through other segments, with the lists of people of those', () => {
    const listed = segment()
      .group((g) => g.tag('VIP'))
      .includePeople(['bob'], { reason: 'r', author: 'a' })
      .excludePeople(['carl'], { reason: 'r', author: 'a' })
    const made = segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p.in(listed))))
    expect(isIn(made, belonging({ people: [{ id: 'bob' }] }))).toBe(true)
    expect(isIn(made, belonging({ people: [vip('carl')] }))).toBe(false)
    expect(isIn(made, belonging({ people: [vip('dora')] }))).toBe(true)
    expect(explainPerson(made, belonging({ people: [{ id: 'bob' }] }), at).member).toBe(true)
  })
})

suite('definitions', () => {
  const ruleWith = (...people: readonly unknown[]): unknown => ({
    format,
    rule: { kind: 'account', account: 'company', people: people.map((of) => ({ are: 'any', of })) },
  })
  const nested = { kind: 'account', account: 'company' }

  test('names and values are checked, with where they stand', () => {
    const decode = (data: unknown) => issuesOf(() => decodeSegment(data, schema))
    const of = (more: object): unknown => ({ format, rule: { kind: 'account', account: 'company', ...more } })
    expect(decode({ format, rule: { kind: 'account', account: 'compny' } })).toEqual([
      "unknown account 'compny' - did you mean 'company'?",
    ])
    expect(decode(of({ where: [{ field: 'seat', test: { op: 'is', value: 1 } }] }))).toEqual([
      "account 'company': unknown field 'seat' - did you mean 'seats'?",
    ])
    expect(decode(of({ where: [{ field: 'plan', test: { op: 'is', value: 'gold' } }] }))).toEqual([
      "found \"gold\", expected one of 'free', 'pro'",
    ])
    expect(
      decode(of({ where: [{ field: 'plan', test: { op: 'is', value: 'pro', negated: true } }] })),
    ).toEqual([expect.stringContaining('missing')])
    expect(decode(of({ people: [{ are: 'most', of: { kind: 'everyone' } }] }))).toEqual([
      `found "most", expected one of 'any', 'all', 'none'`,
    ])
    expect(decode(of({ people: [{ are: 'any' }], whom: 1 }))).toEqual(["unknown key 'whom'"])
    expect(decode(of({ people: [7], where: [{ field: 'plan' }] }))).toEqual([
      "missing key 'test'",
      'found 7, expected an object with are and of',
    ])
    expect(decode(ruleWith({ kind: 'tag', tag: 'VPI' }))).toEqual(["unknown tag 'VPI' - did you mean 'VIP'?"])
    expect(
      issuesOf(() => segment().group((g) => g.account('company', (a) => a.field('seats', 1.5)))),
    ).toEqual(["field 'seats' of account 'company': found 1.5, expected a whole number"])
    expect(decodeSegment(of({ where: [], people: [] }), schema).definition.rule).toEqual(nested)
  })

  test('how many people is said in one of three ways, also where nothing was decoded', () => {
    const said = { are: 'most' as 'any', of: { kind: 'everyone' } as const }
    const rule: Node = { kind: 'account', account: 'company', people: [said] }
    expect(issuesOf(() => evaluate({ definition: { format, rule } }, belonging({ people: [] }), at))).toEqual(
      ["found 'most', expected 'any', 'all' or 'none'"],
    )
  })

  test('accounts do not nest, also not through other segments', () => {
    const expected = [
      "found a condition on an account about an account's people, expected conditions on the person alone: accounts do not nest",
    ]
    expect(
      issuesOf(() => decodeSegment(ruleWith({ kind: 'not', of: { kind: 'all', of: [nested] } }), schema)),
    ).toEqual(expected)
    const data = { pro: { format, rule: nested }, made: ruleWith({ kind: 'segment', of: 'pro' }) }
    expect(issuesOf(() => decodeSegments(data, schema))).toEqual(expected)
    expect(
      issuesOf(() => segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p.in(pro))))),
    ).toEqual([`account 'company': ${expected[0]}`])
  })

  test('references among people are looked up, go in no circle, and are written by key again', () => {
    const data = {
      vip: { format, rule: { kind: 'tag', tag: 'VIP' } },
      made: ruleWith({ kind: 'segment', of: 'vip' }),
    }
    const { vip, made } = decodeSegments(data, schema)
    expect(isIn(made, belonging({ people: [{ id: 'bob', tags: ['VIP'] }] }))).toBe(true)
    expect(encodeSegments({ vip, made })).toEqual(data)
    const circle = { made: ruleWith({ kind: 'segment', of: 'made' }) }
    expect(issuesOf(() => decodeSegments(circle, schema))).toEqual(
      expect.arrayContaining([expect.stringContaining('made → made')]),
    )
    expect(
      issuesOf(() => decodeSegments({ made: ruleWith({ kind: 'segment', of: 'vpi' }) }, schema)),
    ).toEqual(["unknown segment 'vpi' (expected one of made)"])
  })

  test('limits count through people', () => {
    const tag = { kind: 'tag', tag: 'VIP' }
    const refused = (data: unknown, limits: object) => issuesOf(() => decodeSegment(data, schema, { limits }))
    expect(refused(ruleWith(tag, tag), { filters: 3 })).toEqual([])
    expect(refused(ruleWith(tag, tag), { filters: 2 })).toEqual([expect.stringContaining('too large')])
    const deep = (levels: number): Node =>
      levels === 0 ? (tag as Node) : { kind: 'not', of: deep(levels - 1) }
    expect(refused(ruleWith(deep(2)), { depth: 4 })).toEqual([])
    expect(refused(ruleWith(deep(3)), { depth: 4 })).toEqual([expect.stringContaining('too large')])
  })

  test('how it is written does not change the hash', () => {
    const hash = ({ definition }: AnySegment): string => hashRule(definition.rule)
    const same = [
      [noVip, segment().group((g) => g.account('company', (a) => a.allPeople((p) => p.noTag('VIP'))))],
      [
        allVip,
        segment().group((g) => g.account('company', (a) => a.noPerson((p) => p.not((n) => n.tag('VIP'))))),
      ],
      [
        segment().group((g) =>
          g.account('company', (a) => a.field('seats', 1).field('plan', 'pro').field('seats', 1)),
        ),
        segment().group((g) => g.account('company', (a) => a.field('plan', 'pro').field('seats', 1))),
      ],
    ] as const
    for (const [one, other] of same) expect(hash(one)).toBe(hash(other))
    expect(new Set([anyVip, allVip, noVip, pro].map(hash)).size).toBe(4)
  })

  test('what is read of accounts and of their people', () => {
    const made = segment().group((g) =>
      g
        .account('company', (a) => a.field('plan', 'pro').anyPerson((p) => p.tag('VIP').event('opened')))
        .account('sales team')
        .field('state', 'CA'),
    )
    expect(dependencies(made, pro)).toEqual({
      fields: ['state'],
      tags: ['VIP'],
      events: ['opened'],
      accounts: [
        { account: 'company', fields: ['plan'], people: { fields: [], tags: ['VIP'], events: ['opened'] } },
        { account: 'sales team', fields: [] },
      ],
      time: true,
    })
    expect(dependencies(pro).time).toBe(false)
    const renews = segment().group((g) => g.account('company', (a) => a.field('renewsAt', inNext('7 days'))))
    expect(dependencies(renews).time).toBe(true)
  })

  test('a grouping has a name and fields', () => {
    expect(() => defineSchema({ fields: {}, accounts: { 'a.b': {} } })).toThrow(/an account name starts with/)
    expect(() => defineSchema({ fields: {}, accounts: { company: 7 } } as never)).toThrow(
      /account 'company' cannot be declared/,
    )
    expect(() => defineSchema({ fields: {}, accounts: [] } as never)).toThrow(/fields by grouping/)
  })
})

suite('words', () => {
  test('English', () => {
    const said = (build: Parameters<ReturnType<typeof segment>['group']>[0]): string =>
      describe(segment().group(build), schema)
    expect(
      said((g) => g.account('company', (a) => a.field('plan', 'pro').anyPerson((p) => p.tag('VIP')))),
    ).toBe("belongs to a company whose plan is 'pro' and where anyone is tagged VIP")
    expect(said((g) => g.account('sales team'))).toBe('belongs to a "sales team"')
    expect(said((g) => g.not((n) => n.account('company')))).toBe('belongs to no company')
    expect(
      said((g) =>
        g.tag('VIP').account('company', (a) => a.allPeople((p) => p.field('state', 'CA').noTag('VIP'))),
      ),
    ).toBe(
      "tagged VIP, and (belongs to a company where everyone matches (state is 'CA', and not tagged VIP))",
    )
  })

  test('an explanation shows which account decided, and what was found in each', () => {
    const made = segment().group((g) =>
      g.account('company', (a) =>
        a
          .field('plan', 'pro')
          .field('secret', 'x')
          .anyPerson((p) => p.tag('VIP')),
      ),
    )
    const people = ['bob', 'carl', 'dora', 'emil'].map((id): Person => ({ id, tags: ['VIP'] }))
    const person = belonging(
      { id: 'b', fields: { plan: 'free', secret: 'x' }, people: [] },
      { id: 'a', fields: { plan: 'pro', secret: 'x' }, people },
    )
    expect(renderExplanation(explainPerson(made, person, at))).toBe(
      [
        'ann is a member at 2026-11-24T00:00:00.000Z',
        "✓ belongs to a company whose plan is 'pro' and secret is 'x' and where anyone is tagged VIP: found company 'a'",
        "  ✓ company 'a'",
        "    ✓ plan is 'pro': found 'pro'",
        "    ✓ secret is 'x': found a value that is not shown",
        "    ✓ anyone is tagged VIP: found 4 of 5 people: 'bob', 'carl', 'dora', …",
        "  ✗ company 'b'",
        "    ✗ plan is 'pro': found 'free'",
        "    ✓ secret is 'x': found a value that is not shown",
        '    ✗ anyone is tagged VIP: found 0 of 1 people',
      ].join('\n'),
    )
    expect(explainPerson(made, { id: 'ann' }, at).reason).toMatchObject({
      matched: false,
      found: [],
      finding: 'found no company',
    })
  })
})

test('an answer changes when that of one of the people does, or of the account', () => {
  const engaged = segment().group((g) =>
    g.account('company', (a) => a.anyPerson((p) => p.event('opened', (e) => e.within('30 days')))),
  )
  const opened: Person = { id: 'bob', events: [{ id: '1', name: 'opened', at: '2026-11-01T00:00:00Z' }] }
  expect(nextChangeAt(engaged, belonging({ people: [opened] }), at)).toEqual(new Date('2026-12-01T00:00:00Z'))
  expect(nextChangeAt(engaged, belonging({ people: [] }), at)).toBeUndefined()
  const renews = segment().group((g) => g.account('company', (a) => a.field('renewsAt', inNext('7 days'))))
  const later = belonging({ fields: { renewsAt: '2027-01-08T00:00:00Z' } })
  expect(nextChangeAt(renews, later, at)).toEqual(new Date('2027-01-01T00:00:00Z'))
})
