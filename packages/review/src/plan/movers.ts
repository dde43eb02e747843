import {
  type AnySegment,
  dependencies,
  explainPerson,
  instantText,
  type Reason,
  type Schema,
} from '@segmentry/core'
import type { Evaluation, EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { Mover } from './types.ts'

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
