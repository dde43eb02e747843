import {
  type AnySegment,
  atLeast,
  compileSegment,
  defineSchema,
  dependencies,
  inNext,
  integer,
  preparePerson,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  accountTable,
  column,
  defineSource,
  eventTable,
  IngestError,
  json,
  openEvaluator,
  openStore,
  type PostgresEvaluator,
  SourceError,
  tagArray,
} from '../src/index.ts'

const schema = defineSchema({
  fields: { state: text() },
  tags: ['VIP'],
  events: { opened: {} },
  accounts: { company: { seats: integer(), renewsAt: timestamp() }, team: { name: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'

const tables = [
  sql`create schema crm`,
  sql`create table crm.companies (id bigint primary key, seats int, renews timestamp, deleted boolean not null default false)`,
  sql`insert into crm.companies values (1, 5, '2026-11-25', false), (2, 50, null, false), (3, 500, null, false), (4, 5, null, true)`,
  sql`create table crm.people (id bigint primary key, state text, tags text[], company_id int, tenant int not null default 7)`,
  // 14 belongs to none, 15 to one that is deleted, 16 to one that is not there, 17 is of another tenant.
  sql`insert into crm.people (id, state, tags, company_id, tenant) values
    (10, 'CA', '{}', 1, 7), (11, 'NY', '{VIP}', 1, 7), (12, 'CA', '{VIP}', 2, 7), (13, 'CA', '{}', 3, 7),
    (14, 'CA', '{VIP}', null, 7), (15, 'CA', '{VIP}', 4, 7), (16, 'CA', '{VIP}', 99, 7), (17, 'CA', '{VIP}', 3, 8)`,
  sql`create table crm.teams (slug uuid primary key, data jsonb)`,
  sql`insert into crm.teams values ('00000000-0000-4000-8000-000000000001', '{"name":"west"}'), ('00000000-0000-4000-8000-000000000002', '{"name":7}')`,
  sql`create table crm.team_members (member bigint, team uuid, left_at timestamptz)`,
  sql`insert into crm.team_members values
    (10, '00000000-0000-4000-8000-000000000001', null), (10, '00000000-0000-4000-8000-000000000002', null), (10, '00000000-0000-4000-8000-000000000002', null),
    (12, '00000000-0000-4000-8000-000000000002', null), (13, '00000000-0000-4000-8000-000000000001', '2026-01-01'),
    (11, '00000000-0000-4000-8000-000000000009', null), (17, '00000000-0000-4000-8000-000000000001', null), (14, null, null)`,
  sql`create table crm.events (id bigint, person bigint, at timestamptz)`,
  sql`insert into crm.events values (1, 13, '2026-11-01T00:00:00Z')`,
]

const base = {
  people: { table: 'crm.people', id: 'id', where: { tenant: 7 } },
  fields: { state: column() },
  tags: tagArray('tags'),
  events: { opened: eventTable('crm.events', { person: 'person', at: 'at', id: 'id' }) },
}
const companies = accountTable('crm.companies', {
  id: 'id',
  of: 'company_id',
  fields: { seats: column(), renewsAt: column('renews', { zone: 'UTC' }) },
  where: { deleted: false },
})
const teams = accountTable('crm.teams', {
  id: 'slug',
  of: { table: 'crm.team_members', person: 'member', account: 'team', where: { left_at: null } },
  fields: { '*': json('data') },
})
const source = defineSource(schema, { ...base, accounts: { company: companies, team: teams } })

const segments: Readonly<Record<string, readonly [AnySegment, readonly string[]]>> = {
  some: [segment().group((g) => g.account('company')), ['10', '11', '12', '13']],
  none: [segment().group((g) => g.not((n) => n.account('company'))), ['14', '15', '16']],
  seats: [segment().group((g) => g.account('company', (a) => a.field('seats', atLeast(50)))), ['12', '13']],
  renews: [
    segment().group((g) => g.account('company', (a) => a.field('renewsAt', inNext('7 days')))),
    ['10', '11'],
  ],
  any: [
    segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p.tag('VIP')))),
    ['10', '11', '12'],
  ],
  all: [segment().group((g) => g.account('company', (a) => a.allPeople((p) => p.tag('VIP')))), ['12']],
  no: [segment().group((g) => g.account('company', (a) => a.noPerson((p) => p.tag('VIP')))), ['13']],
  never: [
    segment().group((g) =>
      g.account('company', (a) => a.allPeople((p) => p.event('opened', (e) => e.never()))),
    ),
    ['10', '11', '12'],
  ],
  often: [
    segment().group((g) =>
      g.account('company', (a) => a.anyPerson((p) => p.event('opened', (e) => e.count(1)))),
    ),
    ['13'],
  ],
  team: [segment().group((g) => g.account('team')), ['10', '12']],
  noTeam: [segment().group((g) => g.not((n) => n.account('team'))), ['11', '13', '14', '15', '16']],
  west: [segment().group((g) => g.account('team', (a) => a.field('name', 'west'))), ['10']],
  mates: [segment().group((g) => g.account('team', (a) => a.anyPerson((p) => p.tag('VIP')))), ['10', '12']],
  // Of both teams of 10, one has nobody who is tagged.
  quiet: [segment().group((g) => g.account('team', (a) => a.noPerson((p) => p.tag('VIP')))), ['10']],
  both: [
    segment().group((g) =>
      g
        .account('team', (a) => a.anyPerson((p) => p.tag('VIP')))
        .account('company', (a) => a.field('seats', 5)),
    ),
    ['10'],
  ],
  either: [
    segment().group((g) =>
      g.any((o) => o.field('state', 'NY').account('company', (a) => a.noPerson((p) => p.tag('VIP')))),
    ),
    ['11', '13'],
  ],
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('accounts on %s', (name) => {
  let backend: Backend
  let evaluators: Readonly<Record<'auto' | 'set' | 'point', PostgresEvaluator>>
  beforeAll(async () => {
    backend = await backends[name]()
    for (const statement of tables) await statement.execute(backend.db)
    const open = (mode: 'auto' | 'set' | 'point') => openEvaluator(source, backend.connection, { mode })
    evaluators = { auto: await open('auto'), set: await open('set'), point: await open('point') }
  })
  afterAll(() => backend.close())

  test.each(Object.keys(segments))(
    '%s: members in every mode, each person, and people who were loaded',
    async (key) => {
      const [made, expected] = segments[key]!
      for (const evaluator of Object.values(evaluators)) {
        expect(await Array.fromAsync(evaluator.members(made, { now }))).toEqual(expected)
        expect(await Array.fromAsync(evaluator.members(made, { now, pageSize: 1 }))).toEqual(expected)
        expect(await evaluator.count(made, { now })).toBe(expected.length)
      }
      const ids = ['10', '11', '12', '13', '14', '15', '16', '17']
      const which = await evaluators.auto.which({ made }, ids, { now })
      expect(which.filter((one) => one.segments.length > 0).map(({ person }) => person)).toEqual(expected)
      const loaded = await evaluators.auto.load(ids, dependencies(made))
      const isMember = compileSegment(made, schema)
      const inProcess = loaded.filter((one) => isMember(preparePerson(schema, one), Date.parse(now)))
      expect(inProcess.map(({ id }) => id)).toEqual(expected)
      for (const id of ids) {
        expect((await evaluators.auto.explain(made, id, { now })).member).toBe(expected.includes(id))
      }
    },
  )

  test('people are loaded with what is asked of their accounts, and no more', async () => {
    const asked = segment().group((g) =>
      g.account('company', (a) => a.field('seats', 5).anyPerson((p) => p.tag('VIP'))),
    )
    const [ann, bob, none] = await evaluators.auto.load(['10', '11', '16'], dependencies(asked))
    expect(ann?.accounts).toEqual([
      {
        account: 'company',
        id: '1',
        fields: { seats: 5 },
        people: [
          { id: '10', fields: {}, tags: [], events: [] },
          { id: '11', fields: {}, tags: ['VIP'], events: [] },
        ],
      },
    ])
    // One account for both: its people are there once.
    expect(bob?.accounts?.[0]).toBe(ann?.accounts?.[0])
    expect(none?.accounts).toEqual([])
    const seats = segment().group((g) => g.account('company', (a) => a.field('seats', 5)))
    const [alone] = await evaluators.auto.load(['10'], dependencies(seats))
    expect(alone?.accounts).toEqual([{ account: 'company', id: '1', fields: { seats: 5 } }])
  })

  test('an explanation shows the account that decided', async () => {
    const why = await evaluators.auto.explain(segments['mates']![0], '10', { now })
    expect(why.reason?.finding).toBe("found team '00000000-0000-4000-8000-000000000002'")
    expect(why.reason?.of?.map(({ of }) => of?.[0]?.finding)).toEqual([
      'found 0 of 1 people',
      "found 1 of 2 people: '12'",
    ])
  })

  const misfits = async (of: Parameters<typeof defineSource<typeof schema>>[1]['accounts']) => {
    const opened = async () =>
      openEvaluator(defineSource(schema, { ...base, accounts: of! }), backend.connection)
    const error: unknown = await opened().catch((thrown: unknown) => thrown)
    if (!(error instanceof SourceError)) throw error
    return error.issues.map(({ message }) => message)
  }

  test('what does not fit the database is listed', async () => {
    expect(
      await misfits({
        company: accountTable('crm.companies', {
          id: 'ids',
          of: 'company',
          fields: { seats: column('deleted'), renewsAt: column('renews') },
          where: { tenant: 1 },
        }),
        team: accountTable('crm.teams', {
          id: 'slug',
          of: { table: 'crm.team_members', person: 'team', account: 'member', where: { gone: null } },
          fields: { '*': json('data') },
        }),
      }),
    ).toEqual([
      "table crm.companies has no column 'ids' for the id of account 'company' - did you mean 'id'?",
      "table crm.people has no column 'company' for the account 'company' of people",
      "table crm.companies has no column 'tenant' for a 'where'",
      "column crm.companies.deleted is boolean, expected smallint, integer, bigint, numeric, or a JSONB key to hold account 'company', field 'seats' (a whole number)",
      "column crm.companies.renews is timestamp without time zone, expected a zone beside it, column('renews', { zone: 'UTC' }) when its values are written in UTC, to hold account 'company', field 'renewsAt' (an instant such as '2026-11-24T09:30:00Z')",
      "column crm.team_members.member is bigint, expected uuid, as the ids are that it refers to, to hold the account 'team' of people",
      "column crm.team_members.team is uuid, expected int8, as the ids are that it refers to, to hold the people of account 'team'",
      "table crm.team_members has no column 'gone' for a 'where'",
    ])
    expect(
      await misfits({
        company: accountTable('crm.company', { id: 'id', of: 'state', fields: { '*': column() } }),
        team: teams,
      }),
    ).toEqual(['table crm.company does not exist'])
    expect(
      await misfits({ company: { ...companies, of: 'state' }, team: { ...teams, where: { slug: 'west' } } }),
    ).toEqual([
      "column crm.people.state is text, expected int8, as the ids are that it refers to, to hold the account 'company' of people",
    ])
    expect(await misfits({ company: companies, team: { ...teams, where: { slug: 'west' } } })).toEqual([
      expect.stringContaining('column crm.teams.slug cannot be "west" as \'where\' says'),
    ])
    const elsewhere = { seats: column(), renewsAt: column('renews', { zone: 'Nowhere/Town' }) }
    expect(await misfits({ company: { ...companies, fields: elsewhere }, team: teams })).toEqual([
      expect.stringContaining("has the zone 'Nowhere/Town'"),
    ])
  })

  test('the default layout keeps accounts and who belongs to them', async () => {
    const store = await openStore(schema, backend.connection)
    const stored = await store.ingest({
      people: [{ id: 'ann' }, { id: 'bob' }, { id: 'carl' }],
      tags: [{ person: 'bob', add: ['VIP'] }],
      accounts: [
        { account: 'company', id: 'acme', fields: { seats: 5, renewsAt: now } },
        { account: 'team', id: 'acme', fields: { name: 'west' } },
        { account: 'company', id: 'acme', fields: { renewsAt: null } },
      ],
      members: [
        { person: 'ann', account: 'company', add: ['acme', 'later'] },
        { person: 'bob', account: 'company', add: ['acme'] },
        { person: 'carl', account: 'team', add: ['acme'] },
        { person: 'carl', account: 'company', add: ['acme'], remove: ['acme'] },
      ],
    })
    expect(stored).toMatchObject({ accounts: 2, membersAdded: 4, membersRemoved: 0 })
    await store.analyze()
    const evaluator = await openEvaluator(store.source, backend.connection)
    const listed = (made: AnySegment) => Array.fromAsync(evaluator.members(made, { now }))
    expect(await listed(segments['some']![0])).toEqual(['ann', 'bob'])
    expect(await listed(segments['any']![0])).toEqual(['ann', 'bob'])
    expect(await listed(segments['renews']![0])).toEqual([])
    expect(await listed(segments['west']![0])).toEqual(['carl'])
    const more = await store.ingest({
      accounts: [
        { account: 'company', id: 'later', fields: { seats: 50 } },
        { account: 'company', id: 'acme' },
      ],
      members: [{ person: 'bob', account: 'company', add: ['later', 'later'], remove: ['acme', 'nowhere'] }],
    })
    expect(more).toMatchObject({ accounts: 2, membersAdded: 1, membersRemoved: 1 })
    expect(await listed(segments['seats']![0])).toEqual(['ann', 'bob'])
    const fields = sql<{
      fields: object
    }>`select fields from segmentry.accounts where id = 'acme' order by grouping_name`
    expect((await fields.execute(backend.db)).rows).toEqual([
      { fields: { seats: 5 } },
      { fields: { name: 'west' } },
    ])
    await evaluator.close()

    const refused = await store
      .ingest({
        accounts: [
          { account: 'compny', id: '' },
          { account: 'team', id: 'a', fields: { seats: 1 }, nme: 1 } as never,
        ],
        members: [{ person: 'ann', account: 'teams', add: [7 as never] }],
      })
      .catch((thrown: unknown) => thrown)
    if (!(refused instanceof IngestError)) throw refused
    expect(
      refused.issues.map(({ part, index, path, suggestion }) => [
        [part, index, ...path].join('.'),
        suggestion,
      ]),
    ).toEqual([
      ['accounts.0.id', undefined],
      ['accounts.0.account', 'company'],
      ['accounts.1.nme', undefined],
      ['accounts.1.fields.seats', undefined],
      ['members.0.account', 'team'],
      ['members.0.add.0', undefined],
    ])
    await expect(
      store.ingest({ members: [{ person: 'nobody', account: 'team', add: ['a'] }] }),
    ).rejects.toThrow(/members\.0\.person/)
    await store.close()
  })
})

describe('a source', () => {
  const problem = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }
  test('has a place for each grouping', () => {
    const made = (accounts: object | undefined) =>
      problem(() => defineSource(schema, { ...base, accounts } as never))
    expect(made(undefined)).toContain("account 'company' has no place in the source")
    expect(made({ company: companies, teem: teams })).toContain(
      "unknown account 'teem' - did you mean 'team'?",
    )
    expect(made({ company: { ...companies, fields: { seat: column() } }, team: teams })).toContain(
      "unknown field 'seat' - did you mean 'seats'?",
    )
    expect(made({ company: { ...companies, fields: {} }, team: teams })).toContain(
      "field 'seats' has no place in the source",
    )
    expect(made({ company: 7, team: teams })).toContain(
      "account 'company': found 7, expected a table of accounts",
    )
    expect(made({ company: { ...companies, of: 7 }, team: teams })).toContain(
      "account 'company': found 7 for 'of'",
    )
    expect(made([])).toContain('accounts: found an empty list')
  })
  test('names the keys of its tables', () => {
    expect(problem(() => accountTable('c', { id: 'id' } as never))).toContain("found undefined for 'of'")
    expect(
      problem(() => accountTable('c', { id: 'id', of: { table: 'm', person: 'p', acount: 'a' } } as never)),
    ).toContain("accountTable('c', …), of: found unknown key 'acount' - did you mean 'account'?")
  })
})
