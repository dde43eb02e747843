import {
  type AnySegment,
  checkedRule,
  checkedSet,
  type Countable,
  DefinitionError,
  describeNode,
  format,
  isSetSegment,
  type Node,
  type Schema,
} from '@segmentry/core'
import { type Change, changes } from '../change/changes.ts'
import { all, any, type Expression, not } from './expression.ts'
import type { Count, Questions } from './questions.ts'
import type { Audience, Edition, FlowUse } from './types.ts'
import { audienceBefore, branchesTaken, type BranchTaken, isMeant, isSame, paired } from './uses.ts'

// What has to be counted for a plan, before anything is.

/** A count of people on both sides of a change, and of those who are on both. */
export interface Sides {
  readonly before?: Count
  readonly after?: Count
  readonly both?: Count
  readonly was?: Expression
  readonly is?: Expression
  /** What was there cannot be read any more. */
  readonly isUnreadable?: boolean
}

/** A filter, and the counts of those who pass it. */
export interface Step {
  readonly filter: string
  readonly alone: Count
  readonly left: Count
}

/** A change, and what is counted of it. */
export interface AskedChange {
  readonly change: Change
  readonly sides: Sides
  readonly funnel: {
    readonly before?: readonly (readonly Step[])[]
    readonly after?: readonly (readonly Step[])[]
  }
}

/** A split, and what is counted of it. */
export interface AskedSplit {
  readonly name: string
  readonly branches: readonly { readonly key: string; readonly before?: Count; readonly after?: Count }[]
  readonly moves?: Count
}

/** What is counted for a plan. */
export interface Asked {
  readonly changes: readonly AskedChange[]
  readonly splits: readonly AskedSplit[]
  readonly broadcasts: readonly { readonly name: string; readonly sides: Sides }[]
  readonly flows: readonly (FlowUse & { readonly name: string; readonly of: AskedChange })[]
}

/** Gathers what has to be counted. */
export function gather(before: Edition, after: Edition, schema: Schema, questions: Questions): Asked {
  const found = changes(before.segments, after.segments).map((change) =>
    askedChange(change, schema, questions),
  )
  const sound = Object.fromEntries(
    Object.entries(before.segments).filter(([, segment]) => isSound(segment, schema)),
  )
  const byKey = new Map(found.map((one) => [one.change.key, one]))
  return {
    changes: found,
    splits: paired(before.splits ?? after.splits ?? {}, after.splits ?? {}).flatMap(({ name, ...split }) => {
      const was = split.before && branchesTaken(split.before, sound, questions)
      const is = split.after && branchesTaken(split.after, after.segments, questions)
      return isSame(was, is) ? [] : [askedSplit(name, was, is, questions)]
    }),
    broadcasts: paired(broadcastsBefore(before, after), after.broadcasts ?? {}).flatMap(
      ({ name, ...audience }) => {
        const isReadable = (one: Audience): boolean =>
          [...Object.values(one.include), ...Object.values(one.exclude ?? {})].every((segment) =>
            isSound(segment, schema),
          )
        const isUnreadable = audience.before !== undefined && !isReadable(audience.before)
        const was = audience.before && !isUnreadable ? isMeant(audience.before, questions) : undefined
        const is = audience.after && isMeant(audience.after, questions)
        return isSame(was, is) ? [] : [{ name, sides: { ...sidesOf(was, is, questions), isUnreadable } }]
      },
    ),
    flows: Object.entries(after.flows ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, flow]) => {
        const of = byKey.get(flow.segment)
        return of === undefined ? [] : [{ ...flow, name, of }]
      }),
  }
}

/** The broadcasts of before: of segments alone, which stored ones are, they are those of today with the segments of then. */
const broadcastsBefore = (before: Edition, after: Edition): NonNullable<Edition['broadcasts']> =>
  before.broadcasts ??
  Object.fromEntries(
    Object.entries(after.broadcasts ?? {}).map(([name, audience]) => [
      name,
      audienceBefore(audience, before.segments, after.segments),
    ]),
  )

function askedChange(change: Change, schema: Schema, questions: Questions): AskedChange {
  const old = 'before' in change ? change.before : undefined
  const next = 'after' in change ? change.after : undefined
  const readable = old && isSound(old, schema) ? old : undefined
  const isUnreadable = old !== undefined && readable === undefined
  const funnel = {
    ...(readable && { before: funnelOf(readable, schema, questions) }),
    ...(next && { after: funnelOf(next, schema, questions) }),
  }
  const sides = sidesOf(readable && questions.flag(readable), next && questions.flag(next), questions)
  return {
    change,
    sides: { ...sides, isUnreadable },
    funnel,
  }
}

const sidesOf = (was: Expression | undefined, is: Expression | undefined, questions: Questions): Sides => ({
  ...(was && { was, before: questions.count(was) }),
  ...(is && { is, after: questions.count(is) }),
  ...(was && is && { both: questions.count(all(was, is)) }),
})

/** Whether a segment suits the schema, which one that was stored for another may not. */
function isSound(segment: Countable, schema: Schema): boolean {
  try {
    if (isSetSegment(segment)) checkedSet(segment, schema)
    else checkedRule(segment, schema)
    return true
  } catch (error) {
    if (error instanceof DefinitionError) return false
    throw error
  }
}

function funnelOf(
  { definition: { rule } }: AnySegment,
  schema: Schema,
  questions: Questions,
): readonly (readonly Step[])[] {
  const groups = rule.kind === 'any' ? rule.of : [rule]
  return groups.map((group) => {
    const passed: Expression[] = []
    return (group.kind === 'all' ? group.of : [group]).map((node: Node): Step => {
      const flag = questions.flag({ definition: { format, rule: node } })
      passed.push(flag)
      return {
        filter: describeNode(node, schema),
        alone: questions.count(flag),
        left: questions.count(passed.length === 1 ? flag : all(...passed)),
      }
    })
  })
}

function askedSplit(
  name: string,
  was: readonly BranchTaken[] | undefined,
  is: readonly BranchTaken[] | undefined,
  questions: Questions,
): AskedSplit {
  const then = new Map((was ?? []).map(({ key, taken }) => [key, taken]))
  const since = new Map((is ?? []).map(({ key, taken }) => [key, taken]))
  const keys = [...since.keys(), ...[...then.keys()].filter((key) => !since.has(key))]
  const stays = keys.flatMap((key) =>
    then.has(key) && since.has(key) ? [all(then.get(key)!, since.get(key)!)] : [],
  )
  return {
    name,
    branches: keys.map((key) => ({
      key,
      ...(then.has(key) && { before: questions.count(then.get(key)!) }),
      ...(since.has(key) && { after: questions.count(since.get(key)!) }),
    })),
    ...(was && is && { moves: questions.count(not(any(...stays))) }),
  }
}
