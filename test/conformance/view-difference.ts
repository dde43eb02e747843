import {
  type AnySetSegment,
  checkedRule,
  checkedSet,
  compileSegment,
  inProcess,
  instantRange,
  preparePerson,
  stableText,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import type { Asked } from '../../packages/postgres/src/compile/top.ts'
import { calendarRows } from '../../packages/postgres/src/view/calendar.ts'
import { type View, viewOf } from '../../packages/postgres/src/view/view.ts'
import { fill } from '../../packages/review/src/kept/calendar.ts'
import { migrations } from '../../packages/review/src/revision/migrations.ts'
import { schema } from './arbitrary.ts'
import { setSegment } from './arbitrary-top.ts'
import { canAnswer } from './bound.ts'
import type { Place } from './difference.ts'
import type { Layout } from './layouts.ts'
import { mixedSegment, type Round, round } from './rounds.ts'
import type { Difference } from './told.ts'

// Whom views of segments have, compared with whom the evaluator finds in process, at whatever time they are read. They are made as `apply`
// makes them, and read a clock that a test can set in place of now().

const place = 'view_test'
const now = sql`current_setting('segmentry_test.now')::timestamptz`
const dayMs = 86_400_000

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
    // At the millisecond itself, or as late as that lasts.
    const micros = at % 2 === 0 ? '000' : '999'
    const instant = `${new Date(at).toISOString().replace('Z', '')}${micros}+00`
    await sql`select set_config('segmentry_test.now', ${instant}, false)`.execute(db)
    const { rows } = await sql<{
      found: string
    }>`select json_build_array(${sql.join(lists)})::text as found`.execute(db)
    return JSON.parse(rows[0]!.found) as string[][]
  }
}

const byCode = (ids: readonly string[]): readonly string[] =>
  ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

/** What views are made of: as many segments again that look at a calendar, and whole sets. */
export function viewed(layout: Layout): fc.Arbitrary<readonly [Round, readonly AnySetSegment[]]> {
  const answered = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
  const inCalendars = answered.filter(({ definition }) =>
    stableText(definition).includes('"over":"calendar"'),
  )
  const sets = setSegment.filter(({ whole }) => canAnswer(layout, whole.rule))
  return fc.tuple(round(fc.oneof(answered, inCalendars)), fc.array(sets, { minLength: 2, maxLength: 2 }))
}

/** Makes a place for views anew. */
export async function placeOfViews(db: Kysely<unknown>): Promise<void> {
  await sql`drop schema if exists ${sql.id(place)} cascade`.execute(db)
  await sql`create schema ${sql.id(place)}`.execute(db)
  for (const statement of migrations.at(-1)!.statements(place)) await statement.execute(db)
}

/** What views of segments and of whole sets have otherwise than the evaluator, and at how many calendars they looked. */
export async function viewDifference(
  { db, database, layout, source }: Place,
  { segments, populations, clocks }: Round,
  sets: readonly AnySetSegment[],
): Promise<{ readonly looked: number; readonly found?: Difference }> {
  const asked: readonly Asked[] = [
    ...segments.map((one) => ({ rule: checkedRule(one, schema) })),
    ...sets.map((one) => checkedSet(one, schema)),
  ]
  const views = asked.map((one) => viewOf(one, source, { calendar: sql.id(place, 'calendar'), now }))
  const calendars = [...new Map(views.flatMap((one) => one.calendars.map((c) => [c.id, c]))).values()]
  const looked = calendars.length
  const read = await create(db, views)
  try {
    // What holds at an instant was written down days before.
    const rows = calendars.flatMap((one) =>
      clocks.flatMap((at) => calendarRows(one, Math.max(at - 3 * dayMs, instantRange.from), at)),
    )
    const once = new Map(rows.map((row) => [`${row.calendar} ${row.starts}`, row]))
    await Effect.runPromise(database.write((session) => fill(session, place, [...once.values()])))
    const members = segments.map((one) => compileSegment(one, schema))
    for (const population of populations) {
      await reset(db)
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
        const found: Difference = {
          segment: segments[wrong] ?? sets[wrong - segments.length]!,
          population,
          now: at,
          schema,
          by: 'a view',
          query: sql.raw(views[wrong]!.select),
          actual: actual[wrong]!,
          expected: expected[wrong]!,
        }
        return { looked, found }
      }
    }
    return { looked }
  } finally {
    // What comes next is not asked by that reader: text in its statements would be read as he reads it.
    await reset(db)
    for (const i of views.keys()) await sql`drop view ${sql.id(place, `v${i}`)}`.execute(db)
  }
}
