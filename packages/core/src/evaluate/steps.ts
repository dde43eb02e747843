import { compareText } from './order.ts'

/** An event where it stands in a person's history. */
export interface Moment {
  readonly at: number
  readonly id: string
}

/** A step of a sequence: its events in their order, and how long after the step before they may be. */
export interface Leg {
  readonly events: readonly Moment[]
  readonly within: number
}

/** An event to which the steps before lead. */
export interface Reached extends Moment {
  /** The latest event of the step before that leads here. */
  readonly from?: Reached
  /** The latest anchor that leads here. */
  readonly anchor: Moment
}

/** How the window after an event closes that is the last before a step that never comes. */
export interface Closing {
  readonly event: Moment
  /** The anchor from which the window closes soonest. */
  readonly anchor: Moment
  readonly closes: number
  /** The event that came although it must not. */
  readonly broken: Moment | undefined
}

/** Whether an event is strictly later than another, by instant and then by id. */
export const isAfter = (one: Moment, other: Moment): boolean =>
  one.at === other.at ? compareText(one.id, other.id) > 0 : one.at > other.at

/**
 * The events that each step reaches, up to the last step that reaches any, all at most `end` after their anchor.
 *
 * Of the events of the step before, only the latest that is before an event is asked. It is the nearest, and it has the latest
 * anchor: where an earlier event had a later one, its way would cross the other's, and could go on as the other does.
 */
export function reach([start, ...later]: readonly Leg[], end: number): readonly (readonly Reached[])[] {
  if (start!.events.length === 0) return []
  const layers: Reached[][] = [start!.events.map((anchor) => ({ at: anchor.at, id: anchor.id, anchor }))]
  for (const { events, within } of later) {
    const before = layers.at(-1)!
    const reached: Reached[] = []
    let passed = 0
    for (const event of events) {
      while (passed < before.length && isAfter(event, before[passed]!)) passed++
      const from = before[passed - 1]
      if (from && event.at <= from.at + within && event.at <= from.anchor.at + end) {
        reached.push({ at: event.at, id: event.id, from, anchor: from.anchor })
      }
    }
    if (reached.length === 0) break
    layers.push(reached)
  }
  return layers
}

/** For each event of the last of these layers, how the window of a step that must not come closes. */
export function closings(
  layers: readonly (readonly Reached[])[],
  legs: readonly Leg[],
  never: Leg,
  end: number,
): readonly Closing[] {
  const anchors = soonest(layers, legs, end)
  let passed = 0
  return layers.at(-1)!.map((event, i) => {
    while (passed < never.events.length && !isAfter(never.events[passed]!, event)) passed++
    const [next, anchor] = [never.events[passed], anchors[i]!]
    const closes = Math.min(event.at + never.within, anchor.at + end)
    return { event, anchor, closes, broken: next !== undefined && next.at <= closes ? next : undefined }
  })
}

/**
 * For each event of the last layer, the earliest anchor that leads to it and is not too early for it.
 *
 * Ways that cross can be exchanged. So the anchors that lead to an event are all those, from the earliest to the latest of them,
 * that lead to any event of its layer.
 */
function soonest(
  layers: readonly (readonly Reached[])[],
  legs: readonly Leg[],
  end: number,
): readonly Moment[] {
  const last = layers.at(-1)!
  if (end === Infinity || layers.length === 1) return last.map(({ anchor }) => anchor)
  const leading = leadingOn(layers, legs)
  const anchors = leading[0]!
  let earliest = anchors.map(({ at }) => at)
  for (const [i, layer] of leading.slice(1).entries()) {
    const { within } = legs[i + 1]!
    const [before, known] = [leading[i]!, earliest]
    let first = 0
    earliest = layer.map(({ at }) => {
      while (before[first]!.at < at - within) first++
      return known[first]!
    })
  }
  let first = 0
  return last.map(({ at }, i) => {
    while (anchors[first]!.at < Math.max(earliest[i]!, at - end)) first++
    return anchors[first]!
  })
}

/** What each layer has that leads on to the last one. */
function leadingOn(
  layers: readonly (readonly Reached[])[],
  legs: readonly Leg[],
): readonly (readonly Reached[])[] {
  const leading = [layers.at(-1)!]
  for (let i = layers.length - 2; i >= 0; i--) {
    const [after, { within }] = [leading[0]!, legs[i + 1]!]
    let passed = after.length
    const kept = layers[i]!.toReversed().filter((event) => {
      while (passed > 0 && isAfter(after[passed - 1]!, event)) passed--
      const next = after[passed]
      return next !== undefined && next.at <= event.at + within
    })
    leading.unshift(kept.toReversed())
  }
  return leading
}
