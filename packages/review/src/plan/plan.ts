import { clockMs, type Duration, durationMs, instantText, type Schema, shown } from '@segmentry/core'
import {
  compiled,
  type Database,
  type Evaluation,
  type EvaluationError,
  type Session,
} from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import type { Segments } from '../change/segments.ts'
import { categoryOf } from '../difference/category.ts'
import { difference as differenceOf } from '../difference/difference.ts'
import { costOf } from './cost.ts'
import { type Counted, countAll, countSome } from './counted.ts'
import { type Asked, gather, type Sides, type Step } from './gather.ts'
import { intervalOf } from './interval.ts'
import { explained } from './movers.ts'
import { type Count, Questions } from './questions.ts'
import type { Edition, Funnel, Mover, Moves, People, Plan, PlannedChange } from './types.ts'

/** Settings of a plan. */
export interface PlanOptions {
  /** The clock; the database's own unless told. */
  readonly now?: Date | string
  /** How long counting may take before it is estimated; 2 minutes unless told. */
  readonly budget?: Duration
  /** How many of those who move are shown each way; 3 unless told. */
  readonly samples?: number
  readonly signal?: AbortSignal
}

/** What a plan is made with. */
export interface PlanContext {
  readonly database: Database
  readonly evaluation: Evaluation
  readonly schema: Schema
}

const budgetDefault = '2 minutes'

/** Works out what becomes of people when one edition of segments takes the place of another. */
export const makePlan = (
  context: PlanContext,
  before: Edition,
  after: Edition,
  { now: given, budget = budgetDefault, samples: size = 3 }: PlanOptions,
): Effect.Effect<Plan, EvaluationError> =>
  Effect.gen(function* () {
    const { database, evaluation, schema } = context
    if (!Number.isSafeInteger(size) || size < 0 || size > 100) {
      throw new RangeError(`samples is a whole number from 0 to 100, found ${shown(size)}`)
    }
    const milliseconds = durationMs(budget)
    if (milliseconds === undefined || milliseconds < 1) {
      throw new RangeError(`budget is a duration such as '30 seconds', found ${shown(budget)}`)
    }
    const questions = new Questions()
    const asked = gather(before, after, schema, questions)
    const directions = asked.changes.flatMap(({ sides: { was, is } }) =>
      was && is
        ? [
            { from: was, to: is },
            { from: is, to: was },
          ]
        : [],
    )
    const watched = { directions, size, milliseconds }
    const inTime = database.read(
      (session) =>
        Effect.gen(function* () {
          const now = yield* clockOf(session, given)
          const seen = yield* countAll(session, evaluation, questions, now, watched)
          return seen && { now, ...seen }
        }),
      { snapshot: true, statementTimeout: budget },
    )
    const estimated = database.read(
      (session) =>
        Effect.gen(function* () {
          const now = yield* clockOf(session, given)
          return { now, ...(yield* countSome(session, evaluation, questions, now, watched)) }
        }),
      { statementTimeout: '10 minutes' },
    )
    const isLate = (error: EvaluationError): boolean =>
      error._tag === 'TimeoutError' && error.limit === 'statement'
    const seen = yield* inTime.pipe(
      Effect.catch((error) => (isLate(error) ? Effect.succeed(undefined) : Effect.fail(error))),
    )
    const { now, counted, movers } = seen ?? (yield* estimated)
    return yield* planOf(
      context,
      { before: before.segments, after: after.segments },
      asked,
      counted,
      movers,
      now,
    )
  })

const clockOf = (
  session: Session,
  given: Date | string | undefined,
): Effect.Effect<number, EvaluationError> =>
  given === undefined
    ? Effect.map(
        session.run(
          compiled(sql<{ ms: string }>`select floor(extract(epoch from now()) * 1000)::text as ms`),
        ),
        ([row]) => Number(row!.ms),
      )
    : Effect.sync(() => clockMs(given))

/** A plan, from what was counted and who moves. */
const planOf = (
  { evaluation, schema }: PlanContext,
  sides: { readonly before: Segments; readonly after: Segments },
  asked: Asked,
  counted: Counted,
  movers: readonly (readonly string[])[],
  now: number,
): Effect.Effect<Plan, EvaluationError> =>
  Effect.gen(function* () {
    const { people: everybody, sample } = counted
    const people = (count: number): People =>
      sample === undefined ? { count } : { count, ...intervalOf(count, sample, everybody) }
    const counts = (count: Count): People => people(count(counted.counts))
    const moves = (of: Sides): Moves => movesOf(of, counted.counts, people)
    const funnel = (groups: readonly (readonly Step[])[]): Funnel =>
      groups.map((steps) =>
        steps.map(({ filter, alone, left }) => ({ filter, alone: counts(alone), left: counts(left) })),
      )
    const planned: PlannedChange[] = []
    const lists = [...movers]
    for (const one of asked.changes) {
      const { change } = one
      const moved = moves(one.sides)
      const { movement, ...difference } = differenceOf(change, { ...sides, schema })
      const { enters, leaves } = moved
      const isBoth = 'before' in change && 'after' in change
      const [entering, leaving] = one.sides.was && one.sides.is ? lists.splice(0, 2) : [[], []]
      const told = (ids: readonly string[]): Effect.Effect<readonly Mover[], EvaluationError> =>
        explained(evaluation, ids, {
          schema,
          before: 'before' in change ? change.before : undefined,
          after: 'after' in change ? change.after : undefined,
          now,
        })
      const cost = yield* costOf(evaluation, one, now)
      const { owner } = ('after' in change ? change.after : change.before).definition
      planned.push({
        ...(owner !== undefined && { owner }),
        difference: {
          ...difference,
          movement:
            isBoth && enters && leaves
              ? categoryOf(movement, { enters: enters.count, leaves: leaves.count })
              : movement,
        },
        ...moved,
        entering: yield* told(entering!),
        leaving: yield* told(leaving!),
        funnel: {
          ...(one.funnel.before && { before: funnel(one.funnel.before) }),
          ...(one.funnel.after && { after: funnel(one.funnel.after) }),
        },
        ...(cost && { cost }),
      })
    }
    return {
      at: instantText(now),
      people: everybody,
      ...(sample !== undefined && { sample }),
      changes: planned,
      splits: asked.splits.map(({ name, branches, moves: moved }) => ({
        name,
        branches: branches.map(({ key, before, after }) => ({
          key,
          ...(before && { before: counts(before) }),
          ...(after && { after: counts(after) }),
        })),
        ...(moved && { moves: counts(moved) }),
      })),
      broadcasts: asked.broadcasts.map(({ name, sides: of }) => ({ name, ...moves(of) })),
      flows: asked.flows.flatMap(({ name, on, segment, of }) => {
        const { enters, leaves } = moves(of.sides)
        const starts = on === 'entered' ? enters : leaves
        return starts === undefined ? [] : [{ name, on, segment, starts }]
      }),
    }
  })

/** How many are on each side, and how many move: all of one side where there is no other. */
function movesOf(
  { before, after, both, isUnreadable }: Sides,
  counts: readonly number[],
  people: (count: number) => People,
): Moves {
  const was = before?.(counts)
  const is = after?.(counts)
  const stays = both?.(counts) ?? 0
  return {
    ...(was !== undefined && { before: people(was) }),
    ...(is !== undefined && { after: people(is) }),
    ...(isUnreadable !== true && {
      enters: people((is ?? 0) - stays),
      leaves: people((was ?? 0) - stays),
      stays: people(stays),
    }),
  }
}
