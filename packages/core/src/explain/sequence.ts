import type { NodeOf, Step } from '../definition/node.ts'
import { eventNames, eventProperties } from '../definition/stream.ts'
import { describeLiteral, describeName } from '../describe/describe.ts'
import type { PreparedPerson } from '../evaluate/prepare.ts'
import { compileTracks, lengthOf, type Track } from '../evaluate/sequence.ts'
import { type Closing, closings, isAfter, type Moment, reach, type Reached } from '../evaluate/steps.ts'
import type { Literal } from '../predicate/predicate.ts'
import { instantText } from '../schema/time.ts'
import { writeValue } from '../schema/value.ts'
import type { Reason } from './explanation.ts'

/** The events that came furthest, and what is said of the step after them. */
interface Try {
  readonly path: readonly Moment[]
  readonly track: Track
  /** What became of the step that must not come, where it was reached. */
  readonly closing?: Closing
}

/** How far a person's events come in a sequence: the latest of those that come furthest, and what is missing or broke it. */
export function sequenceFound(
  node: NodeOf<'sequence'>,
  person: PreparedPerson,
  now: number,
): Pick<Reason, 'found' | 'finding'> {
  const { schema } = person
  const tries = compileTracks(node, schema)(person, now).map((track) => tryOf(track, node, now))
  const best = tries.reduce<Try | undefined>(
    (one, other) => (one === undefined || isBetter(other, one, now) ? other : one),
    undefined,
  )
  if (best === undefined) return { found: [], finding: noStart(node, person, now) }
  const { path } = best
  const told = path.map(({ at }, i) => {
    const same = i === 0 && node.by !== undefined ? ` with ${keyOf(node, best.track, person)}` : ''
    return `${nameOf(node.steps[i]!)}${same} at ${instantText(at)}`
  })
  return {
    found: path.map(({ at }) => instantText(at)),
    finding: `found ${told.join(', then ')}${outcome(node, best, now)}`,
  }
}

function tryOf(track: Track, { within }: NodeOf<'sequence'>, now: number): Try {
  const end = lengthOf(within)
  const { legs, never } = track
  const layers = reach(legs, end)
  if (never === undefined || layers.length < legs.length) {
    return { path: pathTo(layers.at(-1)!.at(-1)!), track }
  }
  const all = closings(layers, legs, never, end)
  const closing = all.findLast((one) => holds(one, now)) ?? all.at(-1)!
  // The way there from the anchor of which the window closes.
  const from: readonly Reached[] = reach(
    [{ ...legs[0]!, events: [closing.anchor] }, ...legs.slice(1)],
    end,
  ).at(-1)!
  const event = from.find(({ at, id }) => at === closing.event.at && id === closing.event.id)!
  return { path: pathTo(event), track, closing }
}

const holds = ({ closes, broken }: Closing, now: number): boolean => closes <= now && broken === undefined

function pathTo(event: Reached): readonly Moment[] {
  const path: Reached[] = []
  for (let one: Reached | undefined = event; one !== undefined; one = one.from) path.unshift(one)
  return path
}

/** Whether a try holds where the other does not, comes further, or as far and later. */
function isBetter(one: Try, other: Try, now: number): boolean {
  const rank = ({ path, closing }: Try): number => path.length + (closing && holds(closing, now) ? 1 : 0)
  return rank(one) === rank(other) ? isAfter(one.path.at(-1)!, other.path.at(-1)!) : rank(one) > rank(other)
}

/** What is said of the step after those that were found. */
function outcome(node: NodeOf<'sequence'>, { path, track, closing }: Try, now: number): string {
  const step = node.steps[path.length]
  if (step === undefined) return ''
  const name = nameOf(step)
  const such = isAny(step) && node.by === undefined ? '' : 'such '
  if (closing) {
    const { closes, broken } = closing
    if (broken) return `, but then ${name} at ${instantText(broken.at)}`
    if (closes <= now) return `, then no ${such}${name} until ${instantText(closes)}`
    return `, and no ${such}${name} yet, which has time until ${instantText(closes)}`
  }
  const [anchor, last] = [path[0]!, path.at(-1)!]
  const next = track.legs[path.length]!.events.find((one) => isAfter(one, last))
  if (next === undefined) return `, but no ${such}${name} after that`
  const late = `, but the next ${such}${name} only at ${instantText(next.at)}`
  return next.at > last.at + lengthOf(step.within)
    ? `${late}, not within ${step.within}`
    : `${late}, not within ${node.within} of ${instantText(anchor.at)}`
}

/** What is said of somebody who has no event to start from, or only some without what all steps share. */
function noStart(node: NodeOf<'sequence'>, person: PreparedPerson, now: number): string {
  const [start] = node.steps
  const { by: _, ...any } = node
  const [track] = compileTracks(any, person.schema)(person, now)
  const name = nameOf(start!)
  if (track === undefined) return `found no ${isAny(start!) ? '' : 'such '}${name}`
  return `found ${name} at ${instantText(track.legs[0]!.events.at(-1)!.at)} without ${describeName(node.by!)}`
}

/** The value that the events share; one that is marked as sensitive in any step is not shown. */
function keyOf({ by, steps }: NodeOf<'sequence'>, { key }: Track, { schema }: PreparedPerson): string {
  const infos = steps.map((step) => eventProperties(step.event, schema)!.get(by!)!)
  const name = describeName(by!)
  if (infos.some((info) => info.isSensitive === true)) return `a ${name} that is not shown`
  const { type } = infos[0]!
  return `${name} ${describeLiteral(writeValue(type, key!) as Literal, type)}`
}

const nameOf = ({ event }: Step): string => eventNames(event).map(describeName).join(' or ')

/** Whether a step takes any event of its name. */
const isAny = ({ at, where }: Step): boolean => at === undefined && where === undefined
