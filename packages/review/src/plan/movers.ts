import {
  type AnySegment,
  dependencies,
  explainPerson,
  instantText,
  type Reason,
  type Schema,
} from '@segmentry/core'
import { compiled, type Evaluation, type EvaluationError, type Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { all, type Expression, not, sqlOf } from './expression.ts'
import { looksOf } from './looks.ts'
import type { Questions } from './questions.ts'
import type { Mover } from './types.ts'

/** A direction in which people move, and how many do. */
export interface Direction {
  readonly from: Expression
  readonly to: Expression
  readonly count: number
}

const salt = 'segmentry/movers'

/** Ids of some who move in each direction, drawn at random, and the same ones each time. */
export const someMovers = (
  session: Session,
  evaluation: Evaluation,
  questions: Questions,
  directions: readonly Direction[],
  { now, size }: { readonly now: number; readonly size: number },
): Effect.Effect<readonly (readonly string[])[], EvaluationError> =>
  Effect.gen(function* () {
    const moving = directions.filter(({ count }) => count > 0)
    if (moving.length === 0 || size === 0) return directions.map(() => [])
    const { salts } = questions
    const draw = sql.id(`draw_${salts.length}`)
    const ids = new Map<Direction, readonly string[]>()
    const moves = ({ from, to }: Direction): Expression => all(not(from), to)
    for (const { items, segments, columns } of looksOf(moving, moves, questions)) {
      const roll = yield* evaluation.roll({ segments, salts: [...salts, salt] }, now)
      const lists = items.map((direction) => {
        // Only some more than are shown are put in order; that fewer are drawn than that has odds of one to a billion.
        const share = Math.min(10_000, Math.ceil((10_000 * (4 * size + 20)) / direction.count))
        const isShown = sql`${sqlOf(moves(direction), columns)} and ${draw} < ${sql.lit(share)}`
        return sql`to_jsonb((array_agg(id order by ${draw}, id collate "C") filter (where ${isShown}))[1:${sql.lit(size)}])`
      })
      const asked = sql<{
        ids: string
      }>`select to_jsonb(array[${sql.join(lists)}]::jsonb[])::text as ids from (${roll}) as everybody`
      const [row] = yield* session.run(compiled(asked))
      const found = JSON.parse(row!.ids) as readonly (readonly string[] | null)[]
      for (const [i, direction] of items.entries()) ids.set(direction, found[i] ?? [])
    }
    return directions.map((direction) => ids.get(direction) ?? [])
  })

/** Somebody whose membership is explained twice. */
export interface Explained {
  readonly schema: Schema
  readonly before: AnySegment | undefined
  readonly after: AnySegment | undefined
  readonly now: number
}

/** Why people move: the filters that decide, with the values found. */
export const explained = (
  evaluation: Evaluation,
  ids: readonly string[],
  { schema, before, after, now }: Explained,
): Effect.Effect<readonly Mover[], EvaluationError> =>
  Effect.gen(function* () {
    if (ids.length === 0) return []
    const sides = [before, after].filter((side) => side !== undefined)
    const people = yield* evaluation.load(ids, dependencies(...sides))
    return people.map((person): Mover => {
      const reasons = (segment: AnySegment | undefined): readonly Reason[] => {
        if (segment === undefined) return []
        const { reason } = explainPerson(segment, person, { schema, now: instantText(now) })
        return reason === undefined ? [] : deciding(reason)
      }
      const then = new Map(reasons(before).map((reason) => [reason.text, reason]))
      const since = reasons(after)
      const told = new Map(since.map((reason) => [reason.text, reason]))
      // What says the same on both sides explains no move.
      const isNews = (reason: Reason, other: ReadonlyMap<string, Reason>): boolean =>
        other.get(reason.text)?.matched !== reason.matched
      const news = [
        ...since.filter((reason) => isNews(reason, then)),
        ...[...then.values()].filter((reason) => isNews(reason, told)).map((reason) => reason),
      ]
      return { person: person.id, because: [...new Set(news.map(lineOf))] }
    })
  })

const lineOf = ({ matched, text, finding }: Reason): string =>
  `${matched ? '✓' : '✗'} ${text}${finding === undefined ? '' : `: ${finding}`}`

/** The filters that decide an answer: of those that all have to hold the ones that do not, of any the ones that do. */
function deciding(reason: Reason): readonly Reason[] {
  const { of = [], kind, matched } = reason
  if (of.length === 0) return [reason]
  if (kind === 'not' || kind === 'segment') return of.flatMap(deciding)
  const decisive = (kind === 'all') === matched ? of : of.filter((part) => part.matched === matched)
  return decisive.flatMap(deciding)
}
