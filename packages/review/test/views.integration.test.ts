import {
  anniversary as hasAnniversary,
  calendar,
  defineSchema,
  encodeSegments,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import { column, defineSource, eventTable, type Source, tagTable } from '@segmentry/postgres'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { inspect, openRevisions, type RevisionError, type Revisions } from '../src/index.ts'

// The views of segments in a database: which there are after each call, and who is in them.

const schema = defineSchema({
  fields: { state: text(), joined: timestamp() },
  tags: ['VIP'],
  events: { opened: {} },
  zone: 'Europe/Berlin',
})
type Crm = SchemaOf<typeof schema>
const { segment } = segmentry<Crm>(schema)

const vip = segment().group((g) => g.tag('VIP'))
const california = segment().group((g) => g.field('state', 'CA'))
const active = segment().group((g) => g.event('opened', (e) => e.within('1 hour')))
const recent = segment().group((g) => g.event('opened', (e) => e.during(calendar('month', -1, 0))))
const author = { author: 'ann' }
const nothing = { made: [], replaced: [], dropped: [], refused: [] }

const refused = async (work: Promise<unknown>): Promise<RevisionError> => {
  try {
    await work
  } catch (error) {
    expect(error).toMatchObject({ _tag: 'RevisionError' })
    return error as RevisionError
  }
  throw new Error('it was not refused')
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  let db: Kysely<unknown>
  let crms = 0

  beforeAll(async () => {
    backend = await backends[name]()
    db = backend.db
  })
  afterAll(() => backend.close())

  const run = async <R = unknown>(statement: string): Promise<readonly R[]> =>
    (await sql.raw<R>(statement).execute(db)).rows
  const ids = async (view: string): Promise<readonly string[]> =>
    (await run<{ id: string }>(`select id::text as id from ${view} order by 1`)).map(({ id }) => id)

  interface Made {
    readonly crm: string
    readonly place: string
    readonly views: string
    readonly source: Source
    readonly open: (views?: boolean | string, source?: Source) => Promise<Revisions>
  }

  /** Tables without people, whose ids are of a type. */
  async function tables(own: string, type: string): Promise<Source> {
    await run(`create schema ${own}`)
    await run(`create table ${own}.customers (id ${type} primary key, state text, joined timestamptz)`)
    await run(`create table ${own}.tags (customer ${type} not null, tag text not null)`)
    await run(
      `create table ${own}.events (id text primary key, customer ${type} not null, name text not null, at timestamptz not null)`,
    )
    return defineSource(schema, {
      people: { table: `${own}.customers`, id: 'id' },
      fields: { '*': column() },
      tags: tagTable(`${own}.tags`, { person: 'customer', tag: 'tag' }),
      events: { '*': eventTable(`${own}.events`, { person: 'customer', name: 'name', at: 'at', id: 'id' }) },
    })
  }

  /** People in tables of their own, and where their revisions and views are. */
  async function crm(): Promise<Made> {
    const n = (crms += 1)
    const [own, place, views] = [`crm${n}`, `reviews${n}`, `segments${n}`]
    const source = await tables(own, 'text')
    await run(
      `insert into ${own}.customers values ('ann', 'CA', now()), ('bob', 'NY', now() - interval '400 days'), ('cid', null, null)`,
    )
    await run(`insert into ${own}.tags values ('ann', 'VIP'), ('bob', 'VIP')`)
    await run(`insert into ${own}.events values ('1', 'ann', 'opened', now()), ('2', 'bob', 'opened', now() - interval '2 hours'),
      ('3', 'cid', 'opened', now() - interval '80 days'), ('4', 'cid', 'opened', now() + interval '1 hour')`)
    const open = (kept: boolean | string = true, people: Source = source): Promise<Revisions> =>
      openRevisions(schema, backend.connection, {
        schema: place,
        ...(kept !== false && { views: { schema: kept === true ? views : kept, source: people } }),
      })
    return { crm: own, place, views, source, open }
  }

  test('each segment has a view, which is there, another one or gone as the segment is', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    expect(await revisions.viewsOf({ vip, california })).toEqual({
      ...nothing,
      made: [`${views}.vip`, `${views}.california`],
    })
    expect(await revisions.views()).toEqual({ views: [] })
    const first = await revisions.apply({ vip, california, active }, author)
    expect(first.views).toEqual({
      ...nothing,
      made: [`${views}.vip`, `${views}.california`, `${views}.active`],
    })
    expect(await ids(`${views}.vip`)).toEqual(['ann', 'bob'])
    expect(await ids(`${views}.california`)).toEqual(['ann'])
    expect(await ids(`${views}.active`)).toEqual(['ann'])

    const again = await revisions.apply({ vip, california, active }, author)
    expect(again).toMatchObject({ isNew: false, views: nothing })
    const second = await revisions.apply(
      { vip: segment().group((g) => g.tag('VIP').field('state', 'NY')), active },
      author,
    )
    expect(second.views).toEqual({ ...nothing, replaced: [`${views}.vip`], dropped: [`${views}.california`] })
    expect(await ids(`${views}.vip`)).toEqual(['bob'])
    await expect(ids(`${views}.california`)).rejects.toThrow('does not exist')

    const back = await revisions.rollback(1, { ...author, reason: 'no' })
    expect(back.views).toEqual({ ...nothing, made: [`${views}.california`], replaced: [`${views}.vip`] })
    expect(await ids(`${views}.vip`)).toEqual(['ann', 'bob'])
    expect(await revisions.views()).toEqual({
      views: ['active', 'california', 'vip'].map((key) => `${views}.${key}`),
    })
    const renamed = await revisions.apply({ vips: vip }, author)
    expect(renamed.views).toMatchObject({ made: [`${views}.vips`], replaced: [] })
    expect(renamed.views.dropped).toHaveLength(3)
  })

  test('a view is always of now', async () => {
    const { crm: own, views, open } = await crm()
    const revisions = await open()
    await revisions.apply({ active, vip }, author)
    expect(await ids(`${views}.active`)).toEqual(['ann'])
    await run(`update ${own}.events set at = now() - interval '59 minutes 57 seconds' where id = '1'`)
    await run(`insert into ${own}.events values ('5', 'bob', 'opened', now() + interval '3 seconds')`)
    expect(await ids(`${views}.active`)).toEqual(['ann'])
    await run('select pg_sleep(3.2)')
    expect(await ids(`${views}.active`)).toEqual(['bob'])
    // A transaction has one clock, that of its beginning.
    await db.transaction().execute(async (transaction) => {
      const asked = sql<{ id: string }>`select id from ${sql.id(views, 'active')}`
      const soon = sql`insert into ${sql.id(own, 'events')} values ('6', 'cid', 'opened', now() + interval '0.1 seconds')`
      await soon.execute(transaction)
      await sql`select pg_sleep(0.2)`.execute(transaction)
      expect((await asked.execute(transaction)).rows).toEqual([{ id: 'bob' }])
    })
    expect(await ids(`${views}.active`)).toEqual(['bob', 'cid'])
  })

  test('a calendar is filled for years, and a view raises an error where it is not', async () => {
    const { place, views, open } = await crm()
    const revisions = await open()
    const anniversary = segment().group((g) => g.field('joined', hasAnniversary(calendar('day', -1, 1))))
    const applied = await revisions.apply({ recent, anniversary, vip }, author)
    const until = Date.parse(applied.views.until!)
    const years = (until - Date.now()) / (365.2425 * 86_400_000)
    expect(years).toBeGreaterThan(9.9)
    expect(years).toBeLessThan(10.2)
    expect((await revisions.views()).until).toBe(applied.views.until)
    expect((await revisions.viewsOf({ recent })).until).toBeDefined()
    expect(await ids(`${views}.recent`)).toEqual(['ann', 'bob'])
    expect(await ids(`${views}.anniversary`)).toEqual(['ann'])
    const rows = async (): Promise<unknown> =>
      run(`select * from ${place}.calendar order by calendar, starts`)
    const [before, marks] = [
      await rows(),
      `select xmin::text, count(*)::int from ${place}.calendar group by 1`,
    ]
    const written = await run(marks)

    // What is right already is not written again.
    await revisions.apply({ recent, anniversary, vip }, author)
    expect(await run(marks)).toEqual(written)
    // Zones change, and what was known of them is put right.
    await run(
      `update ${place}.calendar set closes = closes + interval '1 hour', days = null where starts > now()`,
    )
    await run(`delete from ${place}.calendar where ends > now() + interval '5 years'`)
    await run(
      `insert into ${place}.calendar select 'old', starts, ends, opens, closes, first_day, last_day from ${place}.calendar limit 1`,
    )
    expect(await revisions.apply({ recent, anniversary, vip }, author)).toMatchObject({
      isNew: false,
      views: nothing,
    })
    expect(await rows()).toEqual(before)

    await run(`delete from ${place}.calendar where ends > now()`)
    const ended = 'not filled for now, run segmentry apply; rows: 0'
    await expect(ids(`${views}.recent`)).rejects.toThrow(ended)
    await expect(ids(`${views}.anniversary`)).rejects.toThrow(ended)
    expect(await ids(`${views}.vip`)).toEqual(['ann', 'bob'])
    // To plan a query is not to run it.
    await run(`explain select id from ${views}.recent`)
    await revisions.apply({ vip }, author)
    expect(await rows()).toEqual([])
    expect(await revisions.views()).toEqual({ views: [`${views}.vip`] })
  })

  test('an inspection says up to when views can answer', async () => {
    const { crm: own, place, source, open } = await crm()
    const codes = async (now: Date, revisions = place): Promise<readonly string[]> => {
      const options = { data: false, now, revisions }
      const found = await inspect({}, source, backend.connection, options)
      return found.map(({ code, key, message }) => `${code} ${key}: ${message}`)
    }
    const at = (days: number) => new Date(Date.now() + days * 86_400_000)
    expect(await codes(at(0))).toEqual([])
    const revisions = await open()
    await revisions.apply({ vip }, author)
    expect(await codes(at(0))).toEqual([])
    const { until } = (await revisions.apply({ recent }, author)).views
    const filled = `The calendars that views of segments look at are filled until ${until}`
    expect(await codes(at(0))).toEqual([`views/until ${place}.calendar: ${filled}`])
    expect(await codes(at(3500))).toEqual([
      `views/ending ${place}.calendar: ${filled}; then they raise errors`,
    ])
    expect(await codes(new Date(until!))).toEqual([
      `views/ended ${place}.calendar: Views of segments raise errors, as the calendars that they look at are filled until ${until}`,
    ])
    expect(await codes(at(0), 'elsewhere')).toEqual([])
    // Who may only read people is told the rest.
    if (!('pool' in backend.connection)) return
    await run(`grant usage on schema ${own} to pg_read_all_settings`)
    await run(`grant select on all tables in schema ${own} to pg_read_all_settings`)
    const pool = new pg.Pool({ ...backend.connection.pool.options, options: '-c role=pg_read_all_settings' })
    const found = await inspect({}, source, { pool }, { data: false, now: at(0), revisions: place })
    await pool.end()
    expect(found.map(({ code, key }) => `${code} ${key}`)).toEqual([`views/untried ${place}.calendar`])
  })

  test('what cannot be a view is refused with the reason, and the rest is applied', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    await run(`create schema ${views}`)
    await run(`create view ${views}.mine as select 'mine'::text as id`)
    await run(`comment on view ${views}.mine is 'Who is in the segment of my heart'`)
    await run(`create table ${views}.rows (id text)`)
    await run(`create domain ${views}.word as text`)
    const long = 'é'.repeat(32)
    const given = segment().group((g) => g.tag('VIP', calendar('month', 0)))
    const segments = {
      vip,
      mine: vip,
      rows: vip,
      word: vip,
      [long]: vip,
      ['é'.repeat(31)]: vip,
      given,
      '': vip,
    }
    const { views: changed, isNew } = await revisions.apply(segments, author)
    expect(isNew).toBe(true)
    expect(changed.made).toEqual([`${views}.vip`, `${views}.${'é'.repeat(31)}`])
    const reasons = Object.fromEntries(changed.refused.map(({ segment: key, reason }) => [key, reason]))
    const foreign = (what: string): string =>
      `${what} of that name, which was not made by these revisions, is in ${views}: rename or drop it, or keep views in another schema`
    expect(reasons).toEqual({
      mine: foreign('a view'),
      rows: foreign('a table'),
      word: foreign('a type'),
      [long]: 'a view has a name of 1 to 63 bytes, and this key has 64',
      '': 'a view has a name of 1 to 63 bytes, and this key has 0',
      given: expect.stringContaining('a source that says when tags are given') as string,
    })
    expect(await ids(`${views}.mine`)).toEqual(['mine'])
    expect(await ids(`${views}.vip`)).toEqual(['ann', 'bob'])
    await run(`drop view ${views}.mine`)
    expect((await revisions.apply(segments, author)).views.made).toEqual([`${views}.mine`])
    // Those of other revisions are not ours either.
    const other = await openRevisions(schema, backend.connection, {
      schema: `${views}_other`,
      views: { schema: views, source: (await crm()).source },
    })
    const theirs = await other.apply({ vip }, author)
    expect(theirs.views).toMatchObject({ made: [], refused: [{ segment: 'vip', reason: foreign('a view') }] })
  })

  test('odd names are names', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    const keys = ['a "b"', "it's [x]", 'select', 'Vip', 'vip', '$1', 'x\n]y', 'toString', '%s']
    const { views: changed } = await revisions.apply(
      Object.fromEntries(keys.map((key) => [key, vip])),
      author,
    )
    expect(changed.refused).toEqual([])
    expect(changed.made).toHaveLength(keys.length)
    for (const key of keys) {
      const { rows } = await sql`select id from ${sql.id(views, key)} order by id`.execute(db)
      expect(rows).toEqual([{ id: 'ann' }, { id: 'bob' }])
    }
    expect((await revisions.apply(Object.fromEntries(keys.map((key) => [key, vip])), author)).views).toEqual(
      nothing,
    )
    expect((await revisions.apply({}, author)).views.dropped).toHaveLength(keys.length)
  })

  test('what depends on a view stays, and keeps it from being dropped', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    await revisions.apply({ vip, california }, author)
    await run(`create view ${views}.report as select count(*)::int as n from ${views}.vip`)
    await run(
      `create function ${views}.people() returns setof ${views}.vip language sql as 'select id from ${views}.vip'`,
    )
    const changed = await revisions.apply({ vip: california, california }, author)
    expect(changed.views.replaced).toEqual([`${views}.vip`])
    expect(await run(`select n from ${views}.report`)).toEqual([{ n: 1 }])

    for (const work of [
      () => revisions.apply({ california }, author),
      () => revisions.apply({ vips: vip, california }, author),
      () => revisions.viewsOf({}),
    ]) {
      const error = await refused(work())
      expect(error.code).toBe('in-use')
      expect(error.message.split('\n').filter((line) => line.startsWith('the view'))).toEqual([
        `the view ${views}.vip cannot be dropped, as function ${views}.people() uses it`,
        `the view ${views}.vip cannot be dropped, as view ${views}.report uses it`,
      ])
    }
    expect(encodeSegments((await revisions.current())!.segments)).toEqual(
      encodeSegments({ vip: california, california }),
    )
    expect(await ids(`${views}.vip`)).toEqual(['ann'])
    await run(`drop view ${views}.report`)
    await run(`drop function ${views}.people`)
    expect((await revisions.apply({ california }, author)).views.dropped).toEqual([`${views}.vip`])
  })

  test('what others did to views is made good', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    await revisions.apply({ vip, california, active }, author)
    await run(`create or replace view ${views}.vip as select 'eve'::text collate "default" as id`)
    await run(`drop view ${views}.california`)
    expect(await revisions.apply({ vip, california, active }, author)).toMatchObject({
      isNew: false,
      views: { ...nothing, made: [`${views}.california`], replaced: [`${views}.vip`] },
    })
    expect(await ids(`${views}.vip`)).toEqual(['ann', 'bob'])
    expect((await revisions.apply({ vip, california, active }, author)).views).toEqual(nothing)
  })

  test('views go where they are kept now, or nowhere', async () => {
    const { views, open } = await crm()
    const [here, there, nowhere] = [await open(), await open(`${views}_new`), await open(false)]
    await here.apply({ vip, recent }, author)
    const moved = await there.apply({ vip, recent }, author)
    expect(moved).toMatchObject({
      isNew: false,
      views: {
        made: [`${views}_new.vip`, `${views}_new.recent`],
        dropped: [`${views}.recent`, `${views}.vip`],
      },
    })
    expect(await ids(`${views}_new.recent`)).toEqual(['ann', 'bob'])
    const gone = await nowhere.apply({ vip, recent }, author)
    expect(gone.views).toEqual({ ...nothing, dropped: [`${views}_new.recent`, `${views}_new.vip`] })
    expect(await nowhere.views()).toEqual({ views: [] })
  })

  test('a column of another type is another view', async () => {
    const { crm: own, views, open } = await crm()
    const numbered = await tables(`${own}_numbered`, 'int4')
    await run(`insert into ${own}_numbered.customers values (7, 'CA', null), (10, 'NY', null)`)
    const first = await open()
    await first.apply({ california }, author)
    await run(`create view ${views}.report as select id from ${views}.california`)
    const second = await open(true, numbered)
    expect((await refused(second.apply({ california }, author))).code).toBe('in-use')
    await run(`drop view ${views}.report`)
    expect((await second.apply({ california }, author)).views).toEqual({
      ...nothing,
      replaced: [`${views}.california`],
    })
    expect(await run(`select id, pg_typeof(id)::text as type from ${views}.california`)).toEqual([
      { id: 7, type: 'integer' },
    ])
  })

  test('who may read a view need not be allowed to read what it is made of', async () => {
    const { views, open } = await crm()
    const revisions = await open()
    await revisions.apply({ recent }, author)
    const reader = `reader_of_${views}`
    await run(`create role ${reader}`)
    await run(`grant usage on schema ${views} to ${reader}`)
    await run(`grant select on ${views}.recent to ${reader}`)
    await db.transaction().execute(async (transaction) => {
      await sql`set local role ${sql.id(reader)}`.execute(transaction)
      const { rows } = await sql`select id from ${sql.id(views, 'recent')} order by id`.execute(transaction)
      expect(rows).toEqual([{ id: 'ann' }, { id: 'bob' }])
    })
    // What was granted stays where a view is replaced.
    await revisions.apply({ recent: california }, author)
    const [row] = await run<{ may: boolean }>(
      `select has_table_privilege('${reader}', '${views}.recent', 'select') as may`,
    )
    expect(row!.may).toBe(true)
    await run(`drop owned by ${reader}`)
    await run(`drop role ${reader}`)
  })

  test('many at once leave the views of the last', async () => {
    const { views, open } = await crm()
    const states = Array.from({ length: 10 }, (_, i) => `S${i}`)
    const all = await Promise.all(states.map(() => open()))
    await Promise.all(
      states.map((state, i) => {
        const one = segment().group((g) => g.field('state', state))
        return all[i]!.apply({ shared: one, [state]: recent }, { author: state })
      }),
    )
    const holds = (await all[0]!.current())!
    expect(holds.number).toBe(10)
    expect((await all[0]!.views()).views).toEqual(
      Object.keys(holds.segments)
        .toSorted()
        .map((key) => `${views}.${key}`),
    )
    await run(`insert into crm${crms}.customers values ('last', '${holds.author}')`)
    expect(await ids(`${views}.shared`)).toEqual(['last'])
  })

  test('what is wrong with where views are kept is told', async () => {
    const { crm: own, views, source } = await crm()
    const open = (settings: object) =>
      openRevisions(schema, backend.connection, { schema: 'odd', views: settings as never })
    await expect(open({ schema: 'no-name', source })).rejects.toMatchObject({ _tag: 'LayoutError' })
    await expect(open({ schema: views, source: 5 })).rejects.toThrow('expected a source')
    await expect(open({ schema: views, source, more: 1 })).rejects.toThrow('more')
    const other = defineSchema({ fields: { state: text() } })
    const people = defineSource(other, {
      people: { table: `${own}.customers`, id: 'id' },
      fields: { '*': column() },
    })
    expect((await refused(open({ schema: views, source: people }))).message).toContain(
      'a source of another schema',
    )
  })
})

test('whoever waits too long for a reader has applied nothing', async () => {
  const backend = await backends.postgres()
  try {
    const plain = defineSchema({ fields: { state: text() } })
    const { segment: make } = segmentry<SchemaOf<typeof plain>>(plain)
    const of = (state: string) => ({ segment: make().group((g) => g.field('state', state)) })
    await sql`create table customers (id text primary key, state text)`.execute(backend.db)
    const source = defineSource(plain, {
      people: { table: 'customers', id: 'id' },
      fields: { '*': column() },
    })
    const revisions = await openRevisions(plain, backend.connection, {
      views: { schema: 'segments', source },
      lockTimeout: '1 second',
    })
    await revisions.apply(of('CA'), author)
    await backend.db.transaction().execute(async (transaction) => {
      await sql`select id from segments.segment`.execute(transaction)
      await expect(revisions.apply(of('NY'), author)).rejects.toMatchObject({
        _tag: 'TimeoutError',
        limit: 'lock',
      })
      // What changes no view waits for nobody.
      expect((await revisions.apply(of('CA'), author)).isNew).toBe(false)
    })
    expect((await revisions.current())!.number).toBe(1)
    await revisions.close()
  } finally {
    await backend.close()
  }
})
