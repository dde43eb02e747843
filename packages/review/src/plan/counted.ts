import { type AnySegment, format, isSetSegment } from '@segmentry/core'
import { compiled, type Evaluation, type EvaluationError, type Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import { type RawBuilder, sql } from 'kysely'
import { type BitsRow, bitsSet, blockOf, placesSet } from './block.ts'
import { Drawn } from './drawn.ts'
import { all, type Expression, holds, not } from './expression.ts'
import { Program } from './program.ts'
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

/** Who is kept an eye on, and for how long. */
export interface Watched {
  /** Ways to move, of each of which some people are named. */
  readonly directions: readonly { readonly from: Expression; readonly to: Expression }[]
  readonly size: number
  readonly milliseconds: number
}

/** What was counted, and some who move in each direction. */
export interface Seen {
  readonly counted: Counted
  readonly movers: readonly (readonly string[])[]
}

/** People who are fetched together. */
const inBlock = 8_192

/**
 * Counts by one look at everybody; nothing when there is not enough time for it.
 *
 * Postgres finds out for each person what decides, packed in a few numbers. The conditions over it, of which there are far more, are worked out
 * here, for 32 people at once; so nobody is looked at twice.
 */
export const countAll = (
  session: Session,
  evaluation: Evaluation,
  questions: Questions,
  now: number,
  { directions, size, milliseconds }: Watched,
): Effect.Effect<Seen | undefined, EvaluationError> =>
  Effect.gen(function* () {
    const { segments, salts } = questions
    const end = performance.now() + milliseconds
    const bits = yield* evaluation.bits({ segments, salts }, now)
    const program = new Program(bits.held)
    const asked = questions.counts.map((one) => program.add(one))
    const ways = directions.map(({ from, to }) => ({
      place: program.add(all(to, not(from))),
      drawn: new Drawn(size),
    }))
    const counts = asked.map(() => 0)
    let people = 0
    // All rows are wanted, and not the first ones soon.
    yield* session.run(compiled(sql`select set_config('cursor_tuple_fraction', '1', true)`))
    const look = compiled(bits.query as RawBuilder<BitsRow>)
    let isInTime = true
    yield* Stream.runForEachWhile(session.cursor(look, inBlock), (rows) =>
      Effect.sync(() => {
        const block = blockOf(rows, bits, salts)
        const found = program.run(block)
        people += rows.length
        for (const [i, place] of asked.entries()) counts[i]! += bitsSet(found[place]!)
        for (const { place, drawn } of ways) {
          if (size > 0) for (const at of placesSet(found[place]!)) drawn.offer(block.ids[at]!)
        }
        isInTime = performance.now() < end
        return isInTime
      }),
    )
    return isInTime ? { counted: { people, counts }, movers: ways.map(({ drawn }) => drawn.ids) } : undefined
  })

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
): Effect.Effect<Seen, EvaluationError> =>
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
