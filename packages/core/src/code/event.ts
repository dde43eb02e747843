import { mayBeNothing, measureType } from '../definition/check-measure.ts'
import type { Aggregate, EventFilter, EventSelection, Measure, NodeOf } from '../definition/node.ts'
import type { EventRanking } from '../definition/set.ts'
import { eventProperties } from '../definition/stream.ts'
import { complement, type Predicate, type PropertyTest } from '../predicate/predicate.ts'
import type { FieldInfo, Schema } from '../schema/schema.ts'
import { testCode, testWords } from './predicate.ts'
import { arrow, type Call, call, type Code, data, options } from './print.ts'
import { lastOf, windowCode } from './window.ts'

type Properties = ReadonlyMap<string, FieldInfo>

/** Which events count, as calls of the event's builder. */
function selected({ at = [], where = [] }: EventSelection, properties: Properties): readonly Call[] {
  return [
    ...at.map(timeCall),
    ...where.map(({ property, test }) =>
      call('where', data(property), testCode(test, properties.get(property)!.type)),
    ),
  ]
}

function timeCall(test: Predicate): Call {
  if (test.op !== 'during' || test.negated === true || test.whenMissing === true)
    return call('at', testCode(test, { kind: 'timestamp' }))
  const past = lastOf(test.window)
  return past === undefined ? call('during', windowCode(test.window)) : call('within', data(past))
}

/** What is made of events, as the arguments before the test. */
const measures: {
  readonly [O in Aggregate['of']]: (measure: Extract<Aggregate, { readonly of: O }>) => Call
} = {
  count: () => call('count'),
  sum: ({ property }) => call('sum', data(property)),
  average: ({ property }) => call('average', data(property)),
  min: ({ property }) => call('min', data(property)),
  max: ({ property }) => call('max', data(property)),
  distinct: ({ property }) => call('distinct', data(property)),
  first: ({ property }) => (property === undefined ? call('firstAt') : call('first', data(property))),
  last: ({ property }) => (property === undefined ? call('lastAt') : call('last', data(property))),
  periods: ({ unit }) => call('activeOn', data(unit)),
}

const made = (measure: Aggregate): Call => (measures[measure.of] as (measure: Aggregate) => Call)(measure)

/** What comes after the test. */
const after = (measure: Aggregate): readonly Code[] => {
  if (measure.of !== 'periods') return []
  const { zone, weekStart, yearStart } = measure
  return options({ zone, weekStart, yearStart })
}

/** Naming an event means at least once. */
export const isAtLeastOnce = ({ of, test }: Measure): boolean =>
  of === 'count' && test.op === 'atLeast' && test.value === 1 && test.negated !== true

/**
 * An event filter as one call of a group.
 *
 * What counts or adds up is tested without negation: its opposite is, and the whole is excluded.
 */
export function eventCall(node: EventFilter, schema: Schema): Call {
  const { test, ...measure } = node.measure
  const opposite = mayBeNothing(node.measure) ? complement(test) : { ...test, negated: test.negated !== true }
  const type = measureType(node.measure, eventProperties(node.event, schema)!)
  const isNumber = !mayBeNothing(node.measure) || measure.of === 'average'
  const hasWords = testWords(test, type) !== undefined && !(isNumber && test.negated === true)
  if (hasWords || opposite.negated === true || testWords(opposite, type) === undefined)
    return measuredCall(node, schema)
  const turned: EventFilter = { ...node, measure: { ...measure, test: opposite } }
  return call('not', arrow('g', [measuredCall(turned, schema)]))
}

function measuredCall(node: EventFilter, schema: Schema): Call {
  const properties = eventProperties(node.event, schema)!
  const { test, ...measure } = node.measure
  const found = selected(node, properties)
  if (isAtLeastOnce(node.measure)) return selecting('event', node.event, found)
  const { name, args } = made(measure)
  const type = measureType(node.measure, properties)
  const calls = [...found, call(name, ...args, testOf(measure, test, type), ...after(measure))]
  return call('event', data(node.event), arrow('e', calls))
}

/** Sums and averages take operators only. */
function testOf(measure: Aggregate, test: Predicate, type: ReturnType<typeof measureType>): Code {
  const isPlain = test.op === 'is' && test.negated !== true && test.whenMissing !== true
  return isPlain && (measure.of === 'sum' || measure.of === 'average')
    ? { head: '', calls: [call('is', data(test.value))] }
    : testCode(test, type)
}

/** That there is no such event, or that every one is otherwise. */
export function neverCall(node: EventFilter, schema: Schema): Call {
  const properties = eventProperties(node.event, schema)!
  const { where = [] } = node
  const last = where.at(-1)
  const ofEvery = last && everyCall(last, properties)
  const calls =
    ofEvery === undefined
      ? [...selected(node, properties), call('never')]
      : [...selected({ ...node, where: where.slice(0, -1) }, properties), ofEvery]
  return call('event', data(node.event), arrow('e', calls))
}

/** What no event is without, where only its opposite has words. */
function everyCall({ property, test }: PropertyTest, properties: Properties): Call | undefined {
  const { type } = properties.get(property)!
  const opposite = complement(test)
  if (testWords(test, type) !== undefined || testWords(opposite, type) === undefined) return undefined
  return call('every', data(property), testCode(opposite, type), ...options({ ofNone: 'include' }))
}

const selecting = (name: string, event: EventSelection['event'], calls: readonly Call[]): Call =>
  call(name, data(event), ...(calls.length === 0 ? [] : [arrow('e', calls)]))

/** More events of one selection than of another. */
export function moreCall({ events, than }: NodeOf<'more'>, schema: Schema): Call {
  const [many, few] = [events, than].map((one) => selected(one, eventProperties(one.event, schema)!)) as [
    readonly Call[],
    readonly Call[],
  ]
  const which = (calls: readonly Call[]): Code => arrow('e', calls)
  const builds = few.length > 0 ? [which(many), which(few)] : many.length > 0 ? [which(many)] : []
  return call('moreOften', data(events.event), data(than.event), ...builds)
}

/** Events that follow each other. */
export function sequenceCall(
  { anchor, anchors, steps, within, by }: NodeOf<'sequence'>,
  schema: Schema,
): Call {
  const calls = steps.map((step, i): Call => {
    const of = selected(step, eventProperties(step.event, schema)!)
    const entries: (readonly [string, Code])[] = [
      ...(i === 0 && anchor !== 'any'
        ? [['anchor', data(anchors === undefined ? anchor : { [anchor]: anchors })] as const]
        : []),
      ...(step.within === undefined ? [] : [['within', data(step.within)] as const]),
      ...(of.length === 0 ? [] : [['of', arrow('e', of)] as const]),
    ]
    const name = i === 0 ? 'from' : step.never === true ? 'neverFollowedBy' : 'followedBy'
    return call(name, data(step.event), ...(entries.length === 0 ? [] : [{ entries }]))
  })
  const limits = [
    ...(within === undefined ? [] : [call('within', data(within))]),
    ...(by === undefined ? [] : [call('by', data(by))]),
  ]
  return call('sequence', arrow('s', [...calls, ...limits]))
}

/** What people are ranked by. */
export function rankingCode({ measure, ...selection }: EventRanking, schema: Schema): Code {
  const { name, args } = made(measure)
  const event = selecting(
    'event',
    selection.event,
    selected(selection, eventProperties(selection.event, schema)!),
  )
  return arrow('r', [event, call(name, ...args, ...after(measure))])
}
