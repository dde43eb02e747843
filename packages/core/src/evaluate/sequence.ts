import type { NodeOf, Step } from '../definition/node.ts'
import { durationMs } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import type { Rule } from './leaf.ts'
import { compareText } from './order.ts'
import type { PreparedPerson, Slot } from './prepare.ts'
import { compileSelection } from './selection.ts'
import { streamOf } from './stream.ts'

/** An event where it stands in a person's history. */
interface Moment {
  readonly at: number
  readonly id: string
  /** The property that all steps share, when they share one. */
  readonly key: Slot
}

const isAfter = (one: Moment, other: Moment): boolean =>
  one.at === other.at ? compareText(one.id, other.id) > 0 : one.at > other.at

/** Whether a person's events follow each other as a sequence says. */
export function compileSequence(node: NodeOf<'sequence'>, schema: Schema): Rule {
  const [start, ...later] = node.steps.map((step) => compileStep(step, node.by, schema))
  const limit = node.within === undefined ? Infinity : durationMs(node.within)!
  return (person, now) => {
    const anchors = start!.moments(person, now)
    if (anchors.length === 0) return false
    const history = later.map((step) => step.moments(person, now))
    const completes = (anchor: Moment): boolean => {
      if (node.by !== undefined && anchor.key === undefined) return false
      const end = anchor.at + limit
      let reached: readonly Moment[] = [anchor]
      for (const [i, step] of later.entries()) {
        const candidates = history[i]!.filter((one) => node.by === undefined || one.key === anchor.key)
        if (step.never) return reached.some((from) => stayedAway(from, candidates, step.within, end, now))
        reached = candidates.filter(
          (one) => one.at <= end && reached.some((from) => follows(one, from, step.within)),
        )
        if (reached.length === 0) return false
      }
      return true
    }
    return anchored(anchors, node).some(completes)
  }
}

const anchored = (
  moments: readonly Moment[],
  { anchor, anchors = 1 }: NodeOf<'sequence'>,
): readonly Moment[] => {
  if (anchor === 'any') return moments
  return anchor === 'first' ? moments.slice(0, anchors) : moments.slice(-anchors)
}

const follows = (one: Moment, from: Moment, within: number): boolean =>
  isAfter(one, from) && one.at <= from.at + within

/** Whether the window after a moment has closed without any of the events (semantics 24). */
function stayedAway(
  from: Moment,
  candidates: readonly Moment[],
  within: number,
  end: number,
  now: number,
): boolean {
  const closes = Math.min(from.at + within, end)
  return now >= closes && !candidates.some((one) => isAfter(one, from) && one.at <= closes)
}

function compileStep(step: Step, by: string | undefined, schema: Schema) {
  const { log: logOf, properties } = streamOf(step, schema)
  const positions = compileSelection(step, schema)
  const key = by === undefined ? undefined : properties.byName.get(by)!
  return {
    never: step.never === true,
    within: step.within === undefined ? Infinity : durationMs(step.within)!,
    moments: (person: PreparedPerson, now: number): readonly Moment[] => {
      const log = logOf(person)
      if (log === undefined) return []
      return positions(log, now).map((i) => ({
        at: log.at[i]!,
        id: log.ids[i]!,
        key: key === undefined ? undefined : log.rows()[i]!.values[key],
      }))
    },
  }
}
