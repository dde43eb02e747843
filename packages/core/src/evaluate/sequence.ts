import type { NodeOf, Step } from '../definition/node.ts'
import { durationMs } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import type { Rule } from './leaf.ts'
import type { PreparedPerson, Slot } from './prepare.ts'
import { compileSelection } from './selection.ts'
import { closings, type Leg, type Moment, reach } from './steps.ts'
import { streamOf } from './stream.ts'

/** The events of a person that may follow each other: all of them, or those with one value of what all steps share. */
export interface Track {
  readonly key: Slot
  /** The steps that happen, the anchors first. */
  readonly legs: readonly Leg[]
  /** The step that must not come. */
  readonly never: Leg | undefined
}

/** Whether a person's events follow each other as a sequence says. */
export function compileSequence(node: NodeOf<'sequence'>, schema: Schema): Rule {
  const tracks = compileTracks(node, schema)
  const end = lengthOf(node.within)
  return (person, now) => tracks(person, now).some((track) => completes(track, end, now))
}

function completes({ legs, never }: Track, end: number, now: number): boolean {
  const layers = reach(legs, end)
  if (layers.length < legs.length) return false
  if (never === undefined) return true
  // Known to be so once the window has closed (semantics 24).
  return closings(layers, legs, never, end).some(
    ({ closes, broken }) => closes <= now && broken === undefined,
  )
}

/** How long a window is; without one, for ever. */
export const lengthOf = (within: string | undefined): number =>
  within === undefined ? Infinity : durationMs(within)!

/** The tracks of a person on which there is an anchor. */
export function compileTracks(
  node: NodeOf<'sequence'>,
  schema: Schema,
): (person: PreparedPerson, now: number) => readonly Track[] {
  const steps = node.steps.map((step) => compileStep(step, node.by, schema))
  return (person, now) => {
    const anchors = anchored(steps[0]!.events(person, now), node)
    if (anchors.length === 0) return []
    const events = [anchors, ...steps.slice(1).map((step) => step.events(person, now))]
    if (node.by === undefined) return [trackOf(undefined, events, node)]
    const byKey = new Map<Slot, Keyed[][]>()
    for (const { key } of anchors) {
      if (key !== undefined)
        byKey.set(
          key,
          steps.map(() => []),
        )
    }
    for (const [i, list] of events.entries()) {
      for (const event of list) byKey.get(event.key)?.[i]!.push(event)
    }
    return [...byKey].map(([key, of]) => trackOf(key, of, node))
  }
}

function trackOf(key: Slot, events: readonly (readonly Moment[])[], { steps }: NodeOf<'sequence'>): Track {
  const legs = events.map((list, i): Leg => ({ events: list, within: lengthOf(steps[i]!.within) }))
  const isNever = steps.at(-1)!.never === true
  return {
    key,
    legs: isNever ? legs.slice(0, -1) : legs,
    never: isNever ? legs.at(-1) : undefined,
  }
}

/** The events that a sequence may start from. */
const anchored = (
  events: readonly Keyed[],
  { anchor, anchors = 1 }: NodeOf<'sequence'>,
): readonly Keyed[] => {
  if (anchor === 'any') return events
  return anchor === 'first' ? events.slice(0, anchors) : events.slice(-anchors)
}

/** An event, and its value of the property that all steps share, when they share one. */
export interface Keyed extends Moment {
  readonly key: Slot
}

function compileStep(step: Step, by: string | undefined, schema: Schema) {
  const { log: logOf, properties } = streamOf(step, schema)
  const positions = compileSelection(step, schema)
  const slot = by === undefined ? undefined : properties.byName.get(by)!
  return {
    events: (person: PreparedPerson, now: number): readonly Keyed[] => {
      const log = logOf(person)
      if (log === undefined) return []
      return positions(log, now).map((i) => ({
        at: log.at[i]!,
        id: log.ids[i]!,
        key: slot === undefined ? undefined : log.rows()[i]!.values[slot],
      }))
    },
  }
}
