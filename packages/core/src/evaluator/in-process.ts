import type { AnySegment } from '../definition/node.ts'
import { type AnySetSegment, type Countable, isSetSegment } from '../definition/set.ts'
import { explainPrepared } from '../explain/explain.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { clockMs, instantText } from '../schema/time.ts'
import { compileSegment } from '../evaluate/compile.ts'
import { ClockError } from '../errors.ts'
import { checkCountable, checkCountables, checkSegment, checkSegments } from '../definition/segment.ts'
import { checkMemberOptions, checkOptions, checkPeople } from './arguments.ts'
import { PersonError } from '../evaluate/errors.ts'
import { shown } from '../suggest.ts'
import { DuplicatePersonError } from './errors.ts'
import type { EvaluationOptions, Evaluator } from './evaluator.ts'
import { compileSegments } from '../evaluate/many.ts'
import { compareText } from '../evaluate/order.ts'
import type { Person } from '../evaluate/person.ts'
import { prepareAmong, type PreparedPerson } from '../evaluate/prepare.ts'
import { compileSet, type Ranked } from '../evaluate/set.ts'

/** How many people are evaluated in one run. */
const turn = 10_000

/**
 * An evaluator over people held in memory, with the same answers as one over a database.
 *
 * Use it in tests, previews and small tools. The people are read once; later changes to them are not seen.
 * Who the people of an account are is known from all people here; what an account lists itself is not looked at.
 * `now` is the clock of calls that bring none of their own: without either they reject with a
 * {@link ClockError}. Throws a {@link DuplicatePersonError} when two people have one id, and a {@link PersonError} for what
 * is no person.
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
  checkSchema(schema)
  checkOptions(defaults, ['now'])
  const byId = populate(schema, people)
  const ordered = [...byId.values()].toSorted((a, b) => compareText(a.id, b.id))

  const clockOf = ({ now = defaults.now, signal }: EvaluationOptions): number => {
    signal?.throwIfAborted()
    if (now === undefined) throw new ClockError()
    return clockMs(now)
  }

  const counts: Evaluator['counts'] = async (segments, options = {}) => {
    checkCountables(segments)
    checkOptions(options)
    const now = clockOf(options)
    const found = new Map<string, number>()
    const single: (readonly [string, AnySegment])[] = []
    for (const [key, asked] of Object.entries<Countable>(segments)) {
      found.set(key, isSetSegment(asked) ? (await taken(asked, now, options.signal)).length : 0)
      if (!isSetSegment(asked)) single.push([key, asked])
    }
    const membership = compileSegments(Object.fromEntries(single), schema)
    for await (const some of turns(ordered, options.signal)) {
      for (const person of some) {
        for (const key of membership(person, now)) found.set(key, found.get(key)! + 1)
      }
    }
    return Object.fromEntries(found) as Record<keyof typeof segments, number>
  }

  /** The ids of the people in the top of a segment, in their order. */
  const taken = async (
    set: AnySetSegment,
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> => {
    const compiled = compileSet(set, schema)
    const everybody: Ranked[] = []
    for await (const some of turns(ordered, signal)) {
      everybody.push(...some.flatMap((person) => compiled.ranked(person, now) ?? []))
    }
    return compiled.taken(everybody)
  }

  const membersOf = async function* (
    asked: Countable,
    after: string | undefined,
    now: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<string> {
    const follows = (id: string): boolean => after === undefined || compareText(id, after) > 0
    if (isSetSegment(asked)) {
      yield* (await taken(asked, now, signal)).filter(follows)
      return
    }
    const isMember = compileSegment(asked, schema)
    for await (const some of turns(ordered, signal)) {
      for (const person of some) if (follows(person.id) && isMember(person, now)) yield person.id
    }
  }

  return Object.freeze<Evaluator>({
    counts,
    async count(segment, options) {
      checkCountable(segment)
      return (await counts({ it: segment }, options)).it
    },
    async *members(segment, page = {}) {
      checkCountable(segment)
      checkMemberOptions(page)
      const { after, limit = Infinity, ...options } = page
      const now = clockOf(options)
      let left = limit
      if (left <= 0) return
      for await (const id of membersOf(segment, after, now, options.signal)) {
        yield id
        options.signal?.throwIfAborted()
        left -= 1
        if (left <= 0) return
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
  if (typeof (people as { readonly [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`found ${shown(people)}, expected a list of people`)
  }
  const byId = new Map<string, PreparedPerson>()
  let known: readonly PeopleByAccount[] | undefined
  // Asked for once everybody is there.
  const peopleOf = (): readonly PeopleByAccount[] => (known ??= byAccount(schema, [...byId.values()]))
  let place = 0
  for (const one of people) {
    const person = placed(place, () =>
      prepareAmong(schema, one, (slot, account) => peopleOf()[slot]!.get(account.id)),
    )
    if (byId.has(person.id)) throw new DuplicatePersonError({ person: person.id })
    byId.set(person.id, person)
    place += 1
  }
  return byId
}

/** Says which of the people is none. */
function placed<T>(place: number, prepare: () => T): T {
  try {
    return prepare()
  } catch (error) {
    if (!(error instanceof PersonError)) throw error
    const { path, found, expected } = error
    throw new PersonError({ path: [place, ...path], found, expected })
  }
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
