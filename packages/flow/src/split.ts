import {
  type AnySegment,
  type EvaluationOptions,
  type Evaluator,
  checkPeople,
  hashRule,
  isSegment,
  membersRule,
  type Membership,
  shown,
  unknownKey,
} from '@segmentry/core'
import { PersonNotFoundError, SplitError } from './errors.ts'

/** The branches of a split: in order, the first segment that a person is in decides. */
export interface SplitPlan<B extends string, O extends string> {
  /** A segment for each branch; the order in which they are written is their priority. */
  readonly branches: Readonly<Record<B, AnySegment>>
  /** The branch of everyone else. */
  readonly otherwise: O
  /** What happens to an id that the population does not have; it goes `'otherwise'` unless told. */
  readonly missing?: 'otherwise' | 'error'
}

/** Where a person goes and why: plain JSON, small enough for an engine to keep for ever. */
export interface Decision<out B extends string = string> {
  readonly person: string
  readonly branch: B
  /** The place of the branch in the plan; −1 for everyone else. */
  readonly index: number
  readonly reason: 'segment' | 'otherwise' | 'not-found'
  /** Every branch whose segment the person is in; the first one decided. */
  readonly matched: readonly string[]
  /** A hash of the segments' meaning: equal versions decide alike. */
  readonly version: string
}

/** A split, ready to route people. */
export interface Split<out B extends string> {
  /** The branches, in order, the one for everyone else last. */
  readonly branches: readonly B[]
  readonly version: string
  /** Decides for one person. */
  one(person: string, options?: EvaluationOptions): Promise<Decision<B>>
  /** Decides for many people in one query; decisions stand in the order of the people, repeated ones included. */
  many(people: readonly string[], options?: EvaluationOptions): Promise<readonly Decision<B>[]>
}

/**
 * Sends each person down one branch: the first whose segment the person is in, else the branch for everyone else.
 *
 * Use it in a node of a flow. A failure to evaluate is an error and never a branch. A person whom the population
 * does not have takes the branch for everyone else, unless `missing: 'error'` makes that a {@link PersonNotFoundError}.
 * Throws a {@link SplitError} for a plan that no flow could follow.
 *
 * @example
 * ```ts
 * const welcome = splitBySegment(evaluator, {
 *   branches: { vip: segments.vip, engaged: segments.engaged },
 *   otherwise: 'everyone',
 * })
 * const { branch } = await welcome.one('42') // 'vip' | 'engaged' | 'everyone'
 * ```
 */
export function splitBySegment<const B extends string, const O extends string>(
  evaluator: Evaluator,
  plan: SplitPlan<B, O>,
): Split<B | O> {
  checkPlan(plan)
  const keys = Object.keys(plan.branches) as B[]
  const version = hashRule({ kind: 'all', of: keys.map((key) => membersRule(plan.branches[key].definition)) })
  const missing = plan.missing ?? 'otherwise'

  async function many(
    people: readonly string[],
    options?: EvaluationOptions,
  ): Promise<readonly Decision<B | O>[]> {
    checkPeople(people)
    if (people.length === 0) return []
    const distinct = [...new Set(people)]
    const memberships = await evaluator.which(plan.branches, distinct, options)
    const unknown = memberships.filter(({ found }) => !found).map(({ person }) => person)
    if (missing === 'error' && unknown.length > 0) throw new PersonNotFoundError({ people: unknown })
    const decisions = new Map(
      memberships.map((membership) => [membership.person, decide(membership, keys, plan.otherwise, version)]),
    )
    return people.map((person) => decisions.get(person)!)
  }

  return Object.freeze({
    branches: Object.freeze([...keys, plan.otherwise]),
    version,
    one: async (person: string, options?: EvaluationOptions) => (await many([person], options))[0]!,
    many,
  })
}

/** The decision that follows from the segments a person is in. */
function decide<B extends string, O extends string>(
  { person, found, segments }: Membership<B>,
  keys: readonly B[],
  otherwise: O,
  version: string,
): Decision<B | O> {
  const matched = keys.filter((key) => segments.includes(key))
  const [first] = matched
  if (first === undefined) {
    return {
      person,
      branch: otherwise,
      index: -1,
      reason: found ? 'otherwise' : 'not-found',
      matched,
      version,
    }
  }
  return { person, branch: first, index: keys.indexOf(first), reason: 'segment', matched, version }
}

function checkPlan(plan: SplitPlan<string, string>): void {
  const unknown = unknownKey('key', plan, ['branches', 'otherwise', 'missing'])
  if (unknown) throw new SplitError(unknown)
  const { branches, otherwise, missing = 'otherwise' } = plan
  const keys = typeof branches === 'object' && branches !== null ? Object.keys(branches) : []
  if (keys.length === 0)
    throw new SplitError({ found: 'no branches', expected: 'at least one branch with a segment' })
  for (const key of keys) {
    if (isSegment(branches[key])) continue
    throw new SplitError({ found: `${shown(branches[key])} as branch '${key}'`, expected: 'a segment' })
  }
  if (typeof otherwise !== 'string' || otherwise === '') {
    const found = otherwise === '' ? "an 'otherwise' without a name" : `${shown(otherwise)} as 'otherwise'`
    throw new SplitError({ found, expected: 'the name of the branch for everyone else' })
  }
  if (missing !== 'otherwise' && missing !== 'error') {
    throw new SplitError({ found: `${shown(missing)} as 'missing'`, expected: "'otherwise' or 'error'" })
  }
  if (keys.includes(otherwise)) {
    throw new SplitError({
      found: `'${otherwise}' twice`,
      expected: "an 'otherwise' that no branch has as its name",
    })
  }
  // JavaScript moves keys that look like array indexes to the front, and with them their priority.
  const numeric = keys.find((key) => /^(0|[1-9]\d*)$/.test(key))
  if (numeric !== undefined) {
    throw new SplitError({
      found: `a branch named '${numeric}'`,
      expected: 'names that are not whole numbers, as those lose their order',
    })
  }
}
