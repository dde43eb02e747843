import {
  checkedRule,
  checkedSet,
  compileSegment,
  inProcess,
  preparePerson,
  stableText,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Asked } from '../../packages/postgres/src/compile/top.ts'
import { openDatabase } from '../../packages/postgres/src/database/index.ts'
import { calendarRows } from '../../packages/postgres/src/view/calendar.ts'
import { type View, viewOf } from '../../packages/postgres/src/view/view.ts'
import { fill } from '../../packages/review/src/kept/calendar.ts'
import { migrations } from '../../packages/review/src/revision/migrations.ts'
import { schema } from './arbitrary.ts'
import { setSegment } from './arbitrary-top.ts'
import { bound, canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'
import { mixedSegment, type Round, round, size, triplesEach } from './rounds.ts'
import { told } from './told.ts'

// Views of segments have the same people as the evaluator in process, at whatever time they are read. They are made as `apply` makes them,
// and read a clock that a test can set in place of now().

const triples = Number(process.env['SEGMENTRY_TRIPLES'] ?? 20_000) / 2
const seed = Number(process.env['SEGMENTRY_SEED'] ?? Math.floor(Math.random() * 2 ** 24))
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const numRuns = Math.ceil(triples / names.length / layouts.length / triplesEach)

const place = 'view_test'
const now = sql`current_setting('segmentry_test.now')::timestamptz`

/** Settings of whoever reads, none of which may change an answer. */
const hostile: readonly (readonly [string, string])[] = [
  ['TimeZone', 'Pacific/Apia'],
  ['DateStyle', 'German, DMY'],
  ['IntervalStyle', 'sql_standard'],
  ['extra_float_digits', '-15'],
  ['transform_null_equals', 'on'],
  ['standard_conforming_strings', 'off'],
  ['bytea_output', 'escape'],
  ['array_nulls', 'off'],
  ['search_path', 'pg_catalog'],
]

/** Sets what holds for whoever reads views from now on. */
async function reading(db: Kysely<unknown>, settings: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, value] of settings) await sql`select set_config(${name}, ${value}, false)`.execute(db)
}

const reset = async (db: Kysely<unknown>): Promise<void> => {
  for (const [name] of hostile) await sql`reset ${sql.id(name.toLowerCase())}`.execute(db)
}

/** Creates views, and answers with how to read all of them at once. */
async function create(db: Kysely<unknown>, views: readonly View[]) {
  for (const [i, { select }] of views.entries()) {
    await sql`create or replace view ${sql.id(place, `v${i}`)} with (security_invoker = false) as ${sql.raw(select)}`.execute(
      db,
    )
  }
  const lists = views.map(
    (_, i) =>
      sql`(select coalesce(json_agg(id::text order by id::text collate "C"), '[]') from ${sql.id(place, `v${i}`)})`,
  )
  return async (at: number): Promise<readonly (readonly string[])[]> => {
    await sql`select set_config('segmentry_test.now', ${`${new Date(at).toISOString().replace('Z', '')}999+00`}, false)`.execute(
      db,
    )
    const { rows } = await sql<{
      found: string
    }>`select json_build_array(${sql.join(lists)})::text as found`.execute(db)
    return JSON.parse(rows[0]!.found) as string[][]
  }
}

const byCode = (ids: readonly string[]): readonly string[] =>
  ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
    await sql`create schema ${sql.id(place)}`.execute(backend.db)
    for (const statement of migrations.at(-1)!.statements(place)) await statement.execute(backend.db)
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: views have whom the evaluator finds',
    async (_, layout) => {
      const database = openDatabase(backend.connection)
      await backend.db.connection().execute(async (db) => {
        await reset(db)
        await sql`set timezone to 'America/New_York'`.execute(db)
        await sql`drop schema ${sql.id(place)} cascade`.execute(db)
        await sql`create schema ${sql.id(place)}`.execute(db)
        for (const statement of migrations.at(-1)!.statements(place)) await statement.execute(db)
        await createLayout(db, layout)
        const source = await bound(db, layout)
        const calendar = sql.id(place, 'calendar')
        const answered = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
        const asked = fc.oneof(
          answered,
          answered.filter(({ definition }) => stableText(definition).includes('"over":"calendar"')),
        )
        const tops = fc.array(
          setSegment.filter(({ whole }) => canAnswer(layout, whole.rule)),
          { minLength: 2, maxLength: 2 },
        )
        let looked = 0
        const check = async (
          { segments, populations, clocks }: Round,
          sets: readonly (typeof tops extends fc.Arbitrary<infer T> ? T : never)[number][],
        ) => {
          const rules: readonly Asked[] = [
            ...segments.map((one) => ({ rule: checkedRule(one, schema) })),
            ...sets.map((one) => checkedSet(one, schema)),
          ]
          const views = rules.map((one) => viewOf(one, source, { calendar, now }))
          const calendars = [...new Map(views.flatMap((one) => one.calendars.map((c) => [c.id, c]))).values()]
          looked += calendars.length
          const read = await create(db, views)
          const rows = calendars.flatMap((one) => clocks.flatMap((at) => calendarRows(one, at, at)))
          const once = new Map(rows.map((row) => [`${row.calendar} ${row.starts}`, row]))
          await Effect.runPromise(database.write((session) => fill(session, place, [...once.values()])))
          const members = segments.map((one) => compileSegment(one, schema))
          for (const population of populations) {
            for (const statement of layout.fill(population)) await statement.execute(db)
            const prepared = population.map((person) => preparePerson(schema, person))
            await reading(db, hostile)
            for (const at of clocks) {
              const evaluator = inProcess(schema, population, { now: new Date(at) })
              const expected = [
                ...members.map((isMember) =>
                  population.filter((_person, i) => isMember(prepared[i]!, at)).map(({ id }) => id),
                ),
                ...(await Promise.all(sets.map((one) => Array.fromAsync(evaluator.members(one))))),
              ].map(byCode)
              const actual = await read(at)
              const wrong = expected.findIndex((ids, i) => JSON.stringify(ids) !== JSON.stringify(actual[i]))
              if (wrong < 0) continue
              throw new Error(
                told({
                  segment: segments[wrong] ?? { definition: sets[wrong - segments.length]!.whole },
                  population,
                  now: at,
                  schema,
                  by: 'a view',
                  query: sql.raw(views[wrong]!.select),
                  actual: actual[wrong]!,
                  expected: expected[wrong]!,
                }),
              )
            }
            await reset(db)
          }
          for (const i of views.keys()) await sql`drop view ${sql.id(place, `v${i}`)}`.execute(db)
        }
        const run = await fc.check(fc.asyncProperty(round(asked), tops, check), { numRuns, seed })
        if (run.failed) {
          const { errorInstance: error } = run
          throw new Error(`${error instanceof Error ? error.message : String(error)}\n\nseed ${seed}`, {
            cause: error,
          })
        }
        expect(looked).toBeGreaterThan(numRuns)
        process.stdout.write(
          `${backendName}, ${layout.name}: views, ${numRuns} rounds of ${size.segments + 2} segments, ${looked} calendars, seed ${seed}\n`,
        )
      })
    },
    120_000 + triples * 20,
  )
})
