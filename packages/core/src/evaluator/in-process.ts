import { explainPrepared } from '../explain/explain.ts'
import type { Schema } from '../schema/schema.ts'
import { clockMs, instantText } from '../schema/time.ts'
import { compileSegment } from '../evaluate/compile.ts'
import { ClockError } from '../errors.ts'
import { checkMemberOptions, checkOptions, checkPeople, checkSegment, checkSegments } from './arguments.ts'
import { DuplicatePersonError } from './errors.ts'
import type { EvaluationOptions, Evaluator } from './evaluator.ts'
import { compileSegments } from '../evaluate/many.ts'
import { compareText } from '../evaluate/order.ts'
import type { Person } from '../evaluate/person.ts'
import { prepareAmong, type PreparedPerson } from '../evaluate/prepare.ts'

/** How many people are evaluated in one run. */
const turn = 10_000

/**
 * An evaluator over people held in memory, with the same answers as one over a database.
 *
 * Use it in tests, previews and small tools. The people are read once; later changes to them are not seen.
 * Who the people of an account are is known from all people here; what an account lists itself is not looked at.
 * `now` is the clock of calls that bring none of their own: without either they reject with a
 * {@link ClockError}. Throws a {@link DuplicatePersonError} when two people have one id.
 *
 * @example
 * ```ts
 * const evaluator = inProcess(schema, [{ id: 'ann', tags: ['VIP'] }], { now: '2026-11-24T00:00:00Z' })
 * await evaluator.count(segment().group((g) => g.tag('VIP'))) // => 1
 * ```
 */
export function inProcess(
  schema: Schema,
  people: Iterable<Person>,
  defaults: Pick<EvaluationOptions, 'now'> = {},
): Evaluator {
  checkOptions(defaults, ['now'])
  const byId = populate(schema, people)
  const ordered = [...byId.values()].toSorted((a, b) => compareText(a.id, b.id))

  const clockOf = ({ now = defaults.now, signal }: EvaluationOptions): number => {
    signal?.throwIfAborted()
    if (now === undefined) throw new ClockError()
    return clockMs(now)
  }

  const counts: Evaluator['counts'] = async (segments, options = {}) => {
    checkSegments(segments)
    checkOptions(options)
    const now = clockOf(options)
    const membership = compileSegments(segments, schema)
    const found = new Map((Object.keys(segments) as (keyof typeof segments)[]).map((key) => [key, 0]))
    for await (const some of turns(ordered, options.signal)) {
      for (const person of some) {
        for (const key of membership(person, now)) found.set(key, found.get(key)! + 1)
      }
    }
    return Object.fromEntries(found) as Record<keyof typeof segments, number>
  }

  return Object.freeze<Evaluator>({
    counts,
    async count(segment, options) {
      checkSegment(segment)
      return (await counts({ it: segment }, options)).it
    },
    async *members(segment, page = {}) {
      checkSegment(segment)
      checkMemberOptions(page)
      const { after, limit = Infinity, ...options } = page
      const now = clockOf(options)
      const isMember = compileSegment(segment, schema)
      let left = limit
      for await (const some of turns(ordered, options.signal)) {
        for (const person of some) {
          if (left <= 0) return
          if (after !== undefined && compareText(person.id, after) <= 0) continue
          if (!isMember(person, now)) continue
          left -= 1
          yield person.id
          options.signal?.throwIfAborted()
        }
      }
    },
    async has(segment, id, options = {}) {
      checkSegment(segment)
      checkPeople([id])
      checkOptions(options)
      const now = clockOf(options)
      const isMember = compileSegment(segment, schema)
      const person = byId.get(id)
      return person !== undefined && isMember(person, now)
    },
    async which(segments, ids, options = {}) {
      checkSegments(segments)
      checkPeople(ids)
      checkOptions(options)
      const now = clockOf(options)
      const membership = compileSegments(segments, schema)
      const clock = instantText(now)
      return ids.map((id) => {
        const person = byId.get(id)
        const held = person ? membership(person, now) : []
        return { person: id, found: person !== undefined, segments: held, now: clock }
      })
    },
    async explain(segment, id, options = {}) {
      checkSegment(segment)
      checkPeople([id])
      checkOptions(options)
      const now = clockOf(options)
      const person = byId.get(id)
      if (person !== undefined) return explainPrepared(segment, person, now)
      return { person: id, found: false, member: false, now: instantText(now) }
    },
  })
}

function populate(schema: Schema, people: Iterable<Person>): ReadonlyMap<string, PreparedPerson> {
  const byId = new Map<string, PreparedPerson>()
  let known: readonly PeopleByAccount[] | undefined
  // Asked for once everybody is there.
  const peopleOf = (): readonly PeopleByAccount[] => (known ??= byAccount(schema, [...byId.values()]))
  for (const person of people) {
    if (byId.has(person.id)) throw new DuplicatePersonError({ person: person.id })
    byId.set(
      person.id,
      prepareAmong(schema, person, (slot, account) => peopleOf()[slot]!.get(account.id)),
    )
  }
  return byId
}

/** The people of each account of one grouping, by its id. */
type PeopleByAccount = ReadonlyMap<string, readonly PreparedPerson[]>

function byAccount(schema: Schema, people: readonly PreparedPerson[]): readonly PeopleByAccount[] {
  return Array.from(schema.accounts, (_, slot) =>
    Map.groupBy(
      people.flatMap((person) => person.accounts[slot]!.map(({ id }) => ({ id, person }))),
      ({ id }) => id,
    ),
  ).map((grouped) => new Map([...grouped].map(([id, found]) => [id, found.map(({ person }) => person)])))
}

/** The people in runs; between two of them other work gets its turn, so that an abort can be noticed. */
async function* turns(
  people: readonly PreparedPerson[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly PreparedPerson[]> {
  for (let start = 0; start < people.length; start += turn) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, 0))
    signal?.throwIfAborted()
    yield people.slice(start, start + turn)
  }
}
