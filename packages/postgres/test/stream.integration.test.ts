import {
  atLeast,
  compileSegment,
  decimal,
  defineSchema,
  dependencies,
  greaterThan,
  inLast,
  is,
  preparePerson,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  column,
  defineSource,
  eventTable,
  json,
  openEvaluator,
  type PostgresEvaluator,
} from '../src/index.ts'

// Events of several names, of one table and of different ones.

const schema = defineSchema({
  zone: 'UTC',
  fields: {},
  events: {
    opened: { campaign: text() },
    clicked: { campaign: text() },
    bounced: { campaign: text() },
    order: { amount: decimal(2) },
    refund: { amount: decimal(2) },
  },
})
interface Shop extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Shop>(schema)
const now = '2026-11-24T00:00:00.000Z'

const tables = [
  sql`create table people (id bigint primary key)`,
  sql`insert into people values (1), (2), (3)`,
  sql`create table mails (id bigint, person bigint, type text, at timestamptz, tenant int, data jsonb)`,
  sql`insert into mails values
    (1, 1, 'open', '2026-11-20T00:00:00Z', 7, '{"campaign":"spring"}'),
    (2, 1, 'clicked', '2026-11-21T00:00:00Z', 7, '{"campaign":"fall"}'),
    (3, 2, 'open', '2026-11-20T00:00:00Z', 7, '{"campaign":"spring"}'),
    (4, 2, 'clicked', '2026-11-25T00:00:00Z', 7, '{}'),
    (5, 3, 'clicked', '2026-11-22T00:00:00Z', 8, '{"campaign":"spring"}'),
    (6, 3, 'other', '2026-11-22T00:00:00Z', 7, '{"campaign":"spring"}')`,
  // Keys, instants and amounts of one table are of other types than those of the other.
  sql`create table orders (number int, person int not null references people, at timestamptz, total numeric(12, 2))`,
  sql`create table refunds (id text, customer bigint, created timestamp, data jsonb)`,
  sql`insert into orders values (1, 1, '2026-11-20T00:00:00Z', 20), (2, 2, '2026-11-01T00:00:00Z', 30)`,
  sql`insert into refunds values ('1', 1, '2026-11-20T00:00:00', '{"amount":"-5"}'), ('9', 3, '2026-11-22T00:00:00', '{"amount":7}')`,
]

const mails = {
  person: 'person',
  name: 'type',
  at: 'at',
  id: 'id',
  where: { tenant: 7 },
  properties: { '*': json('data') },
} as const
const source = defineSource(schema, {
  people: { table: 'people', id: 'id' },
  fields: {},
  events: {
    '*': eventTable('mails', mails),
    opened: eventTable('mails', { ...mails, called: 'open' }),
    bounced: eventTable('mails', { ...mails, called: 'clicked' }),
    order: eventTable('orders', {
      person: 'person',
      at: 'at',
      id: 'number',
      properties: { amount: column('total') },
      foreignKey: true,
    }),
    refund: eventTable('refunds', {
      person: 'customer',
      at: column('created', { zone: 'UTC' }),
      id: 'id',
      properties: { amount: json('data') },
    }),
  },
})

const mail = ['opened', 'clicked'] as const
const money = ['order', 'refund'] as const
const asked = {
  opened: [segment().group((g) => g.event([...mail])), ['1', '2']],
  twice: [segment().group((g) => g.event([...mail], (e) => e.within('9 days').count(atLeast(2)))), ['1']],
  never: [segment().group((g) => g.event([...mail], (e) => e.never())), ['3']],
  last: [segment().group((g) => g.event([...mail], (e) => e.last('campaign', 'fall'))), ['1']],
  spring: [
    segment().group((g) => g.event([...mail], (e) => e.where('campaign', 'spring').count(1))),
    ['1', '2'],
  ],
  // The same rows under two names are two events.
  sameRows: [segment().group((g) => g.event(['clicked', 'bounced'], (e) => e.count(is(2)))), ['1']],
  paid: [segment().group((g) => g.event([...money])), ['1', '2', '3']],
  lately: [segment().group((g) => g.event([...money], (e) => e.within('9 days'))), ['1', '3']],
  sum: [segment().group((g) => g.event([...money], (e) => e.sum('amount', is(15)))), ['1']],
  average: [
    segment().group((g) => g.event([...money], (e) => e.average('amount', greaterThan(7)))),
    ['1', '2'],
  ],
  // One instant and one id: the names decide.
  firstOfTie: [segment().group((g) => g.event([...money], (e) => e.first('amount', 20))), ['1']],
  lastOfTie: [segment().group((g) => g.event([...money], (e) => e.last('amount', '-5'))), ['1']],
  lastAt: [segment().group((g) => g.event([...money], (e) => e.lastAt(inLast('3 days')))), ['3']],
  days: [
    segment().group((g) => g.event([...money, ...mail], (e) => e.activeOn('day', atLeast(2)))),
    ['1', '2'],
  ],
  more: [segment().group((g) => g.moreOften([...money], [...mail])), ['3']],
  mostlyMail: [segment().group((g) => g.moreOften([...mail], 'refund')), ['1', '2']],
  sequence: [segment().group((g) => g.sequence((s) => s.from([...money]).followedBy([...mail]))), ['1', '2']],
  ofLast: [
    segment().group((g) =>
      g.sequence((s) =>
        s
          .from([...money], { anchor: 'last' })
          .followedBy('clicked')
          .within('1 day'),
      ),
    ),
    ['1'],
  ],
} as const

describe.each(Object.entries(backends))('%s', (_, open) => {
  let backend: Backend
  let evaluators: Readonly<Record<'set' | 'point', PostgresEvaluator>>
  beforeAll(async () => {
    backend = await open()
    for (const statement of tables) await statement.execute(backend.db)
    evaluators = {
      set: await openEvaluator(source, backend.connection, { mode: 'set' }),
      point: await openEvaluator(source, backend.connection, { mode: 'point' }),
    }
  })
  afterAll(() => backend.close())

  test.each(Object.entries(asked))('%s', async (__, [made, expected]) => {
    for (const evaluator of Object.values(evaluators)) {
      expect((await Array.fromAsync(evaluator.members(made, { now }))).toSorted()).toEqual(expected)
      expect(await evaluator.count(made, { now })).toBe(expected.length)
    }
    const isMember = compileSegment(made, schema)
    const people = await evaluators.set.load(['1', '2', '3'], dependencies(made))
    const found = people.filter((person) => isMember(preparePerson(schema, person), Date.parse(now)))
    expect(found.map(({ id }) => id).toSorted()).toEqual(expected)
  })

  test('names of one table are one look at it', () => {
    const ofMails = evaluators.set.sql(asked.twice[0], { now }).sql
    expect(ofMails.match(/"mails"/g)).toHaveLength(1)
    expect(ofMails).toMatch(/"type" = any\(/)
    const ofMoney = evaluators.set.sql(asked.lately[0], { now }).sql
    expect([ofMoney.match(/"orders"/g), ofMoney.match(/"refunds"/g)].map((found) => found?.length)).toEqual([
      1, 1,
    ])
  })

  test('the top by several names', async () => {
    const everyone = segment().group((g) => g.everyone())
    const best = everyone.top(2, (r) => r.event([...money]).sum('amount'))
    const latest = everyone.top(1, (r) => r.event([...money], (e) => e.within('9 days')).last('amount'))
    for (const evaluator of Object.values(evaluators)) {
      expect(await Array.fromAsync(evaluator.members(best, { now }))).toEqual(['1', '2'])
      expect(await Array.fromAsync(evaluator.members(latest, { now }))).toEqual(['3'])
    }
  })
})
