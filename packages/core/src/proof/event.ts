import { stableText } from '../definition/canonical.ts'
import { mayBeNothing, measureType } from '../definition/check-measure.ts'
import type { Aggregate, EventFilter, EventSelection, MoreEvents } from '../definition/node.ts'
import { eventNames, eventProperties } from '../definition/stream.ts'
import { complement, type Predicate } from '../predicate/predicate.ts'
import type { FieldInfo, Schema } from '../schema/schema.ts'
import { type Amount, all, any, flag, type Formula, literal, type Scale, type Selected } from './formula.ts'
import { predicateFormula, propertyFormulas, scaleOf, type Thing } from './predicate.ts'

// What is said of events: how many there are, and what is made of them. A narrower selection never has more of them.

const counted: Scale = { name: 'value', domain: { whole: true, least: 0 } }
/** Values that are no whole units. */
const fractional: Scale = { name: 'value', domain: {} }

const selectionOf = ({ event, at, where }: EventSelection): EventSelection => ({
  event,
  ...(at && { at }),
  ...(where && { where }),
})

const time: Thing = { of: 'time', type: { kind: 'timestamp' }, isThere: true }
/** An event after the clock has not happened. */
const hasHappened = predicateFormula(time, { op: 'during', window: { over: 'clock', until: 'now' } })

const propertiesOf = (event: EventSelection['event'], schema: Schema): ReadonlyMap<string, FieldInfo> =>
  eventProperties(event, schema)!

function selected({ event, at = [], where = [] }: EventSelection, schema: Schema): Selected {
  const tests = propertyFormulas(where, propertiesOf(event, schema))
  return {
    names: new Set(eventNames(event)),
    of: all(hasHappened, ...at.map((test) => predicateFormula(time, test)), tests.of),
    not: any(...at.map((test) => predicateFormula(time, complement(test))), tests.not),
  }
}

const isOne = { op: 'atLeast', value: 1 } as const
const isNone = { op: 'is', value: 0 } as const

function countOf(selection: EventSelection, test: Predicate, schema: Schema): Formula {
  const amount: Amount = { of: 'count', text: 'count', events: selected(selection, schema) }
  const of = `count ${stableText(selectionOf(selection))}`
  return predicateFormula({ of, type: { kind: 'integer' }, scale: counted, isThere: true, amount }, test)
}

/** There is at least one such event. */
export const happened = (selection: EventSelection, schema: Schema): Formula =>
  countOf(selection, isOne, schema)

/** There are more of the one than of the other, or there are not. */
export function moreFormula({ events, than }: MoreEvents, holds: boolean, schema: Schema): Formula {
  const of = stableText({ more: selectionOf(events), than: selectionOf(than) })
  if (!holds) return flag(of, false)
  const test = { is: 'more', events: selected(events, schema), than: selected(than, schema) } as const
  return all(flag(of, true), literal({ of, test, missing: false }), happened(events, schema))
}

/** What a filter of events says, or its complement. */
export function eventFormula(node: EventFilter, holds: boolean, schema: Schema): Formula {
  const { measure } = node
  const { test: asked, ...made } = measure
  const test = holds ? asked : complement(asked)
  if (measure.of === 'count') return countOf(node, test, schema)
  const nothing = mayBeNothing(measure)
  const thing = thingOf(node, made, schema)
  if (!nothing) {
    const value = predicateFormula({ ...thing, isThere: true }, test)
    // Of no events it is 0.
    return all(value, any(happened(node, schema), predicateFormula({ ...thing, isThere: true }, isNone)))
  }
  const value = predicateFormula(thing, test)
  // What is missing is missing of no events, and the instant of none alone.
  if (test.whenMissing !== true) return all(value, happened(valued(node, made, test), schema))
  if (test.op === 'present' && test.negated === true && isTime(made)) {
    return all(value, countOf(node, isNone, schema))
  }
  return value
}

const isTime = (made: Aggregate): boolean =>
  (made.of === 'first' || made.of === 'last') && made.property === undefined

/** The selection of those events of which one has the value that passes the test. */
function valued(selection: EventSelection, made: Aggregate, test: Predicate): EventSelection {
  if (isTime(made)) return { ...selection, at: [...(selection.at ?? []), test] }
  if (made.of === 'average' || !('property' in made) || made.property === undefined) return selection
  return { ...selection, where: [...(selection.where ?? []), { property: made.property, test }] }
}

function thingOf(node: EventFilter, made: Aggregate, schema: Schema): Thing {
  const properties = propertiesOf(node.event, schema)
  const type = measureType(made, properties)
  const thing: Thing = { of: stableText({ ...selectionOf(node), made }), type }
  const grown = (lessens?: Formula): Amount => ({
    of: 'other',
    text: stableText(made),
    events: selected(node, schema),
    ...(lessens && { lessens }),
  })
  switch (made.of) {
    case 'sum': {
      const isLess = { property: made.property, test: { op: 'lessThan', value: zeroOf(type) } } as const
      return { ...thing, amount: grown(propertyFormulas([isLess], properties).of) }
    }
    case 'distinct':
    case 'periods':
      return { ...thing, scale: counted, amount: grown() }
    // An average is not rounded.
    case 'average':
      return { ...thing, scale: fractional }
    default:
      return { ...thing, scale: scaleOf(type) }
  }
}

const zeroOf = (type: Thing['type']): number | string => (type.kind === 'decimal' ? '0' : 0)
