import { type AnySegment, format, isSetSegment } from '@segmentry/core'
import { compiled, type Evaluation, type EvaluationError, type Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import { sql } from 'kysely'
import { type Expression, holds, sqlOf } from './expression.ts'
import { looksOf } from './looks.ts'
import type { Questions } from './questions.ts'

/** What was counted. */
export interface Counted {
  /** Everybody there is. */
  readonly people: number
  /** A number for each question, in their order. */
  readonly counts: readonly number[]
  /** Of how many people it was worked out, where it is an estimate. */
  readonly sample?: number
}

const everyone: AnySegment = { definition: { format, rule: { kind: 'everyone' } } }

/** Counts by a look at everybody, or a few where there is more to count than a row has columns. */
export const countAll = (
  session: Session,
  evaluation: Evaluation,
  questions: Questions,
  now: number,
): Effect.Effect<Counted, EvaluationError> =>
  Effect.gen(function* () {
    const counts: number[] = []
    let people = 0
    for (const { items, segments, columns } of looksOf(questions.counts, (one) => one, questions)) {
      const roll = yield* evaluation.roll({ segments, salts: questions.salts }, now)
      const numbers = items.map((one) => sql`count(*) filter (where ${sqlOf(one, columns)})`)
      // One column, as there may be more of them than a row of Postgres can have.
      const asked = sql<{
        n: string
      }>`select array[${sql.join([sql`count(*)`, ...numbers])}]::int8[]::text as n from (${roll}) as everybody`
      const [row] = yield* session.run(compiled(asked))
      const [all = 0, ...rest] = row!.n.slice(1, -1).split(',').map(Number)
      people = all
      counts.push(...rest)
    }
    return { people, counts }
  })

/** Who is kept an eye on, and for how long. */
export interface Watched {
  /** Ways to move, of each of which some people are named. */
  readonly directions: readonly { readonly from: Expression; readonly to: Expression }[]
  readonly size: number
  readonly milliseconds: number
}

/** People who are looked at together, where time is short. */
const atOnce = 500
/** No more people than this are looked at: the interval is then within 1 % of everybody. */
const mostPeople = 10_000
const salt = 'segmentry/sample'

/**
 * Counts among people drawn at random, as many as there is time for.
 *
 * Each is looked at by the indexes that a split by segment uses, so that it takes as long whether there are a thousand people or a hundred million.
 */
export const countSome = (
  session: Session,
  evaluation: Evaluation,
  questions: Questions,
  now: number,
  { directions, size, milliseconds }: Watched,
): Effect.Effect<
  { readonly counted: Counted; readonly movers: readonly (readonly string[])[] },
  EvaluationError
> =>
  Effect.gen(function* () {
    const { segments, salts, counts } = questions
    const movers = directions.map((): string[] => [])
    const end = performance.now() + milliseconds
    const people = yield* evaluation.count(everyone, { now: new Date(now) })
    const share = Math.min(10_000, Math.max(1, Math.ceil((mostPeople / Math.max(1, people)) * 10_000)))
    const roll = yield* evaluation.roll({ salts: [salt] }, now)
    const drawn = sql<{ id: string }>`select id from (${roll}) as everybody where draw_0 < ${sql.lit(share)}
      order by ${sha('id')} limit ${sql.lit(mostPeople)}`
    const ids = (yield* session.run(compiled(drawn))).map(({ id }) => id)
    const byKey: Record<string, AnySegment> = {}
    // Who is at the top of a list is not to be told from the person alone.
    const tops = new Map<number, ReadonlySet<string>>()
    for (const [i, segment] of segments.entries()) {
      if (!isSetSegment(segment)) byKey[String(i)] = segment
      else tops.set(i, new Set(yield* Stream.runCollect(evaluation.members(segment, { now: new Date(now) }))))
    }
    const found = counts.map(() => 0)
    let sample = 0
    while (sample < ids.length && (sample === 0 || performance.now() < end)) {
      const some = ids.slice(sample, sample + atOnce)
      const memberships = yield* evaluation.which(byKey, some, { now: new Date(now) })
      for (const { person, segments: held } of memberships) {
        const flags = segments.map((_, i) => tops.get(i)?.has(person) === true)
        for (const key of held) flags[Number(key)] = true
        const isTrue = (one: Expression): boolean => holds(one, person, flags, salts)
        for (const [i, one] of counts.entries()) if (isTrue(one)) found[i]! += 1
        for (const [i, { from, to }] of directions.entries()) {
          if (movers[i]!.length < size && isTrue(to) && !isTrue(from)) movers[i]!.push(person)
        }
      }
      sample += some.length
    }
    const scale = sample === 0 ? 0 : people / sample
    const estimates = found.map((n) => Math.round(n * scale))
    return { counted: { people, counts: estimates, ...(sample < people && { sample }) }, movers }
  })

/** An order that has nothing to do with who people are, so that whoever there was time for is drawn at random too. */
const sha = (column: string) => sql`sha256(convert_to(${sql.lit(salt)} || ${sql.id(column)}, 'UTF8'))`
