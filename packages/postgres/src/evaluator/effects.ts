import {
  type AnySegment,
  clockMs,
  type Countable,
  type DefinitionError,
  definitionOf,
  dependencies,
  explainPerson,
  format,
  type Explanation,
  instantText,
  type Membership,
  type Node,
  type Person,
  type Dependencies,
  type SegmentsByKey,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import * as Option from 'effect/Option'
import * as Stream from 'effect/Stream'
import { type RawBuilder, sql } from 'kysely'
import type { Mode } from '../compile/events.ts'
import { whichQuery } from '../compile/query.ts'
import { checkAsked, checkRule } from '../compile/check.ts'
import { type Bits, bitsQuery } from '../compile/bits.ts'
import { rollQuery } from '../compile/roll.ts'
import type { InstantContext } from '../compile/rule.ts'
import { readable, type SqlText } from '../compile/text.ts'
import { type Asked, countOf, membersOf } from '../compile/top.ts'
import {
  compiled,
  type Database,
  type Piece,
  type Session,
  type TransactionOptions,
} from '../database/index.ts'
import type { ExportError, PostgresError } from '../errors.ts'
import { exported, type ExportOptions } from '../export/export.ts'
import type { Whom } from '../export/query.ts'
import type { BoundSource } from '../source/bind.ts'
import { type View, viewOf } from '../view/view.ts'
import { guarded } from './guard.ts'
import { loadPeople } from './load.ts'
import { type At, clock } from './clock.ts'
import { cheaper, costOf, modesDiffer, planOf } from './mode.ts'

/** What can go wrong in an evaluation: the database, or a definition that is not one of the source's schema. */
export type EvaluationError = PostgresError | DefinitionError

/** What can go wrong in an export: an evaluation, or fields that cannot be exported. */
export type ExportingError = EvaluationError | ExportError

/** Which members to list. */
export interface Page extends At {
  readonly after?: string
  readonly limit?: number
  readonly pageSize?: number
  readonly snapshot?: boolean
}

/** How rules become SQL: for all people, for few, or whichever the planner estimates to be cheaper. */
export type ModeSetting = Mode | 'auto'

/** The evaluator as effects: the promise face and the services are made of it. */
export interface Evaluation {
  readonly count: (segment: Countable, at?: At) => Effect.Effect<number, EvaluationError>
  readonly counts: <K extends string>(
    segments: Readonly<Record<K, Countable>>,
    at?: At,
  ) => Effect.Effect<Readonly<Record<K, number>>, EvaluationError>
  readonly members: (segment: Countable, page?: Page) => Stream.Stream<string, EvaluationError>
  readonly has: (segment: AnySegment, person: string, at?: At) => Effect.Effect<boolean, EvaluationError>
  readonly which: <K extends string>(
    segments: SegmentsByKey<K>,
    people: readonly string[],
    at?: At,
  ) => Effect.Effect<readonly Membership<K>[], EvaluationError>
  readonly explain: (
    segment: AnySegment,
    person: string,
    at?: At,
  ) => Effect.Effect<Explanation, EvaluationError>
  readonly load: (
    people: readonly string[],
    needs: Dependencies,
  ) => Effect.Effect<readonly Person[], EvaluationError>
  readonly export: (segment: Countable, options?: ExportOptions) => Stream.Stream<Piece, ExportingError>
  readonly exports: (
    segments: Readonly<Record<string, Countable>>,
    options?: ExportOptions,
  ) => Stream.Stream<Piece, ExportingError>
  readonly sql: (segment: Countable, options?: SqlOptions) => SqlText
  /** What the planner expects counting to cost, in its own units; nothing is counted. */
  readonly cost: (segment: Countable, at?: At) => Effect.Effect<number, EvaluationError>
  /** The SQL of a view that always has who is in a segment, of which calendars are read in a table of that name. */
  readonly view: (segment: Countable, calendar: readonly string[]) => Effect.Effect<View, DefinitionError>
  /** Everybody as a relation, for statements of another package in the same database. */
  readonly roll: (asked: Roll, now: number) => Effect.Effect<RawBuilder<unknown>, DefinitionError>
  /** Everybody, with what decides who is in segments as bits. */
  readonly bits: (
    asked: Pick<Roll, 'segments' | 'salts'>,
    now: number,
  ) => Effect.Effect<Bits, DefinitionError>
}

/**
 * What a roll says of each person beside `id`: in which segments they are (`segment_0`, …), the values of fields (`value_0`, …),
 * whether fields have a value (`present_0`, …), and stable numbers drawn with salts (`draw_0`, …).
 */
export interface Roll {
  readonly segments?: readonly Countable[]
  readonly values?: readonly string[]
  readonly present?: readonly string[]
  readonly salts?: readonly string[]
}

/** Which form of a segment's SQL to read. */
export interface SqlOptions extends At {
  readonly mode?: Mode
}

const pageSizeDefault = 1_000
/** Counts in one statement: more would make a text that is slow to plan. */
const countsAtOnce = 50
/** Rules in one query of {@link Evaluation.which}. */
const rulesAtOnce = 200
/** People in one query of {@link Evaluation.which}. */
const peopleAtOnce = 5_000

/** Makes the evaluator of a source on a database. */
export function makeEvaluation(database: Database, source: BoundSource, setting: ModeSetting): Evaluation {
  const schema = source.source.schema
  const { accepts } = source.people.idType
  const ruleOf = (segment: AnySegment): Effect.Effect<Node, DefinitionError> =>
    Effect.suspend(() => checkRule(definitionOf(segment), source))
  const askedOf = (segment: Countable): Effect.Effect<Asked, DefinitionError> =>
    Effect.suspend(() => checkAsked(segment, source))
  const context = (now: number, mode: Mode): InstantContext => ({ source, now, mode })

  /** The mode for what is asked, by the planner's estimates where the two differ. */
  const modeFor = (
    session: Session,
    asked: Asked,
    query: (mode: Mode) => RawBuilder<unknown>,
  ): Effect.Effect<Mode, PostgresError> => {
    if (setting !== 'auto') return Effect.succeed(setting)
    if (!modesDiffer(asked)) return Effect.succeed('set')
    const cost = (mode: Mode) =>
      Effect.map(session.run(compiled(planOf(query(mode)))), ([row]) => costOf(row))
    return Effect.gen(function* () {
      return cheaper(yield* cost('set'), yield* cost('point'))
    })
  }

  const count: Evaluation['count'] = (segment, at = {}) =>
    Effect.flatMap(askedOf(segment), (asked) =>
      database.read((session) =>
        Effect.gen(function* () {
          const now = yield* clock(session, at)
          const query = (mode: Mode) => countOf(asked, context(now, mode))
          const mode = yield* modeFor(session, asked, query)
          const [row] = yield* session.run(compiled(query(mode)))
          return Number(row!.n)
        }),
      ),
    )

  const counts = <K extends string>(segments: Readonly<Record<K, Countable>>, at: At = {}) =>
    Effect.gen(function* () {
      const keys = Object.keys(segments) as K[]
      const every = yield* Effect.forEach(keys, (key) => askedOf(segments[key]))
      const read = (session: Session) =>
        Effect.gen(function* () {
          const now = yield* clock(session, at)
          const queries = yield* Effect.forEach(every, (asked, i) => {
            const query = (mode: Mode) => countOf(asked, context(now, mode))
            return Effect.map(
              modeFor(session, asked, query),
              (mode) => sql`select ${sql.lit(i)} as place, c.n from (${query(mode)}) as c`,
            )
          })
          const chunks = yield* Effect.forEach(chunked(queries, countsAtOnce), (chunk) =>
            session.run(compiled(sql<{ place: number; n: string }>`${sql.join(chunk, sql` union all `)}`)),
          )
          return chunks.flat()
        })
      // The answers come in any order: parts of a union may run beside each other.
      const counted = keys.length === 0 ? [] : yield* database.read(read, { snapshot: true })
      const numbers = new Map(counted.map(({ place, n }) => [place, Number(n)]))
      return Object.fromEntries(keys.map((key, i) => [key, numbers.get(i)!])) as Record<K, number>
    })

  const members: Evaluation['members'] = (segment, page = {}) =>
    Stream.unwrap(
      Effect.map(askedOf(segment), (asked) =>
        page.snapshot === true ? inSnapshot(asked, page) : inPages(asked, page),
      ),
    )

  /** All members through one cursor: one query, one instant of the database. */
  const inSnapshot = (asked: Asked, page: Page): Stream.Stream<string, EvaluationError> =>
    database.stream(
      (session) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const now = yield* clock(session, page)
            const query = (mode: Mode) => membersOf(asked, context(now, mode), page)
            const mode = yield* modeFor(session, asked, query)
            const batches = session.cursor(compiled(query(mode)), page.pageSize ?? pageSizeDefault)
            return Stream.flattenIterable(Stream.map(batches, (rows) => rows.map(({ id }) => id)))
          }),
        ),
      { snapshot: true },
    )

  /**
   * Members a page at a time; no transaction is open while the caller works on one.
   *
   * A top list is found anew for each page, so unless told it is one page.
   */
  const inPages = (asked: Asked, page: Page): Stream.Stream<string, EvaluationError> => {
    const size = page.pageSize ?? asked.top?.count ?? pageSizeDefault
    interface Position {
      readonly after: string | undefined
      readonly left: number
      readonly now: number | undefined
      readonly mode: Mode | undefined
    }
    const start: Position = {
      after: page.after,
      left: page.limit ?? Infinity,
      now: undefined,
      mode: undefined,
    }
    const next = (position: Position) =>
      database.read((session) =>
        Effect.gen(function* () {
          const now = position.now ?? (yield* clock(session, page))
          const limit = Math.min(size, position.left)
          const query = (mode: Mode) => membersOf(asked, context(now, mode), { after: position.after, limit })
          const mode = position.mode ?? (yield* modeFor(session, asked, query))
          const ids = (yield* session.run(compiled(query(mode)))).map(({ id }) => id)
          const left = position.left - ids.length
          const more = ids.length === limit && left > 0
          return [
            ids,
            more ? Option.some({ after: ids.at(-1), left, now, mode }) : Option.none<Position>(),
          ] as const
        }),
      )
    if (start.left <= 0) return Stream.empty
    return Stream.paginate(start, next)
  }

  const which = <K extends string>(byKey: SegmentsByKey<K>, people: readonly string[], at: At = {}) =>
    Effect.gen(function* () {
      const keys = Object.keys(byKey) as K[]
      const rules = yield* Effect.forEach(keys, (key) => ruleOf(byKey[key]))
      const asked = [...new Set(people)].filter(accepts)
      const held = new Map<string, boolean[]>()
      const read = (session: Session) =>
        Effect.gen(function* () {
          const now = yield* clock(session, at)
          for (const some of chunked(asked, peopleAtOnce)) {
            // Without rules there is still the question whether the person is known.
            for (const part of rules.length === 0 ? [[]] : chunked(rules, rulesAtOnce)) {
              const rows = yield* session.run(
                compiled(whichQuery(part, some, context(now, setting === 'set' ? 'set' : 'point'))),
              )
              for (const { id, held: flags } of rows)
                held.set(id, [...(held.get(id) ?? []), ...parseFlags(flags)])
            }
          }
          return instantText(now)
        })
      if (people.length === 0) return []
      const now = yield* database.read(read, { snapshot: true })
      return people.map((person): Membership<K> => {
        const flags = held.get(person)
        const segments = keys.filter((_, i) => flags?.[i] === true)
        return { person, found: flags !== undefined, segments, now }
      })
    })

  const has: Evaluation['has'] = (segment, person, at) =>
    Effect.map(which({ segment }, [person], at), ([membership]) => membership!.segments.length === 1)

  const explain: Evaluation['explain'] = (segment, person, at = {}) =>
    Effect.flatMap(ruleOf(segment), (rule) => {
      // The rule already has the manual lists in it.
      const checked: AnySegment = { definition: { format, rule } }
      const needs = dependencies(checked)
      return database.read(
        (session) =>
          Effect.gen(function* () {
            const now = yield* clock(session, at)
            const [loaded] = yield* loadPeople(session, source, [person], needs)
            if (!loaded) return { person, found: false, member: false, now: instantText(now) }
            return explainPerson(checked, loaded, { schema, now: instantText(now) })
          }),
        atOnce(needs),
      )
    })

  const load: Evaluation['load'] = (people, needs) =>
    database.read((session) => loadPeople(session, source, people, needs), atOnce(needs))

  const read: Evaluation['sql'] = (segment, { now, mode = 'set' } = {}) => {
    const asked = Effect.runSync(checkAsked(segment, source))
    return readable(membersOf(asked, context(now === undefined ? Date.now() : clockMs(now), mode)))
  }

  const cost: Evaluation['cost'] = (segment, at = {}) =>
    Effect.flatMap(askedOf(segment), (asked) =>
      database.read((session) =>
        Effect.gen(function* () {
          const now = yield* clock(session, at)
          const query = (mode: Mode) => countOf(asked, context(now, mode))
          const mode = yield* modeFor(session, asked, query)
          const [row] = yield* session.run(compiled(planOf(query(mode))))
          return costOf(row)
        }),
      ),
    )

  const view: Evaluation['view'] = (segment, calendar) =>
    Effect.map(askedOf(segment), (asked) => viewOf(asked, source, { calendar: sql.id(...calendar) }))

  const writing = (whom: Effect.Effect<Whom, DefinitionError>, options: ExportOptions) =>
    exported(whom, options, {
      database,
      source,
      clock: (session) => clock(session, options),
      // A roll looks at everybody.
      mode: (session, asked, query) =>
        'segments' in asked ? Effect.succeed('set') : modeFor(session, asked, query),
    })

  const exportOne: Evaluation['export'] = (segment, options = {}) => writing(askedOf(segment), options)

  const exportAll: Evaluation['exports'] = (byKey, options = {}) =>
    writing(
      Effect.map(
        Effect.forEach(Object.entries(byKey), ([key, segment]) =>
          Effect.map(askedOf(segment), (asked) => [key, asked] as const),
        ),
        (every) => ({ segments: new Map(every) }),
      ),
      options,
    )

  const roll: Evaluation['roll'] = ({ segments = [], values = [], present = [], salts = [] }, now) =>
    Effect.map(Effect.forEach(segments, askedOf), (every) =>
      rollQuery({ segments: every, values, present, salts }, context(now, 'set')),
    )

  const bits: Evaluation['bits'] = ({ segments = [], salts = [] }, now) =>
    Effect.map(Effect.forEach(segments, askedOf), (every) =>
      bitsQuery({ segments: every, salts }, context(now, 'set')),
    )

  return guarded(
    {
      count,
      counts,
      members,
      has,
      which,
      explain,
      load,
      export: exportOne,
      exports: exportAll,
      sql: read,
      cost,
      view,
      roll,
      bits,
    },
    source.people,
  )
}

/** Accounts and their people are read by further statements, which have to see the same instant of the database. */
const atOnce = ({ accounts }: Dependencies): TransactionOptions => ({ snapshot: accounts.length > 0 })

const parseFlags = (text: string): boolean[] =>
  text === '{}'
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map((flag) => flag === 't')

function chunked<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: T[][] = []
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size))
  return chunks
}
