import { hashRule, isSetSegment, ruleOf, stableText } from '@segmentry/core'
import { sharesOf, type SplitPlan } from '@segmentry/flow'
import type { Segments } from '../change/segments.ts'
import { all, any, type Expression, not } from './expression.ts'
import type { Questions } from './questions.ts'
import type { Audience } from './types.ts'

/** A branch, and the condition that a person takes it. */
export interface BranchTaken {
  readonly key: string
  readonly taken: Expression
}

/**
 * The branches of a split, each with the condition that a person takes it: that it fits, and none before it does.
 *
 * `undefined` where it names a segment that there is not.
 */
export function branchesTaken(
  { branches, otherwise, salt = '' }: SplitPlan,
  segments: Segments,
  questions: Questions,
): readonly BranchTaken[] | undefined {
  const shares = sharesOf(branches)
  const taken: BranchTaken[] = []
  const before: Expression[] = []
  for (const [i, branch] of branches.entries()) {
    let fits: Expression
    if ('when' in branch) {
      const segment = segments[branch.when]
      if (segment === undefined) return undefined
      fits = questions.flag(segment)
    } else {
      const { from, to } = shares.get(i)!
      fits = questions.draw(salt, from, to)
    }
    taken.push({ key: branch.key, taken: all(fits, ...before.map(not)) })
    before.push(fits)
  }
  return [...taken, { key: otherwise, taken: not(any(...before)) }]
}

/** That a broadcast is for a person: in some segment that it includes, and in none that it excludes. */
export const isMeant = ({ include, exclude = {} }: Audience, questions: Questions): Expression => {
  const flags = (segments: Audience['include']): readonly Expression[] =>
    Object.values(segments).map((segment) => questions.flag(segment))
  return all(any(...flags(include)), not(any(...flags(exclude))))
}

/**
 * A broadcast with the segments of before in place of those of today, for where nothing tells how it was.
 *
 * A broadcast holds its segments by value, so they are found by what they say; the name that it has for one decides where several say the same.
 */
export function audienceBefore({ include, exclude }: Audience, before: Segments, after: Segments): Audience {
  const keysOf = new Map<string, readonly string[]>()
  for (const [key, segment] of Object.entries(after)) {
    const hash = hashRule(ruleOf(segment))
    keysOf.set(hash, [...(keysOf.get(hash) ?? []), key])
  }
  const swapped = (segments: Audience['include']): Audience['include'] =>
    Object.fromEntries(
      Object.entries(segments).map(([name, segment]) => {
        const keys = isSetSegment(segment) ? [] : (keysOf.get(hashRule(ruleOf(segment))) ?? [])
        const key = keys.includes(name) ? name : keys.find((one) => Object.hasOwn(before, one))
        return [name, key !== undefined && Object.hasOwn(before, key) ? before[key]! : segment]
      }),
    )
  return { include: swapped(include), ...(exclude && { exclude: swapped(exclude) }) }
}

/** Two uses under one name, where there is any difference between them. */
export interface UseChange<T> {
  readonly name: string
  readonly before?: T
  readonly after?: T
}

/** Uses of both sides by their names. */
export const paired = <T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): readonly UseChange<T>[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted().map((name) => ({
    name,
    ...(Object.hasOwn(before, name) && { before: before[name]! }),
    ...(Object.hasOwn(after, name) && { after: after[name]! }),
  }))

/** Whether two conditions over the same questions say the same. */
export const isSame = (one: unknown, other: unknown): boolean => stableText(one) === stableText(other)
