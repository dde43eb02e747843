import { measureType, scaleOf } from '../definition/check-measure.ts'
import type { EventFilter, EventSelection } from '../definition/node.ts'
import { eventProperties } from '../definition/stream.ts'
import { describeLiteral, describeTime, quoted } from '../describe/describe.ts'
import { bucketOf } from '../evaluate/bucket.ts'
import { layoutOf } from '../evaluate/layout.ts'
import type { Leaf } from '../evaluate/leaf.ts'
import { compareText } from '../evaluate/order.ts'
import type { PreparedPerson, Slot } from '../evaluate/prepare.ts'
import { compileCount } from '../evaluate/selection.ts'
import { type Average, compileTotal, type Total } from '../evaluate/total.ts'
import type { Literal } from '../predicate/predicate.ts'
import type { FieldInfo } from '../schema/schema.ts'
import type { ValueType } from '../schema/type.ts'
import { instantText } from '../schema/time.ts'
import { decimalText, type Value, writeValue } from '../schema/value.ts'
import type { Reason } from './explanation.ts'
import { sequenceFound } from './sequence.ts'

/** What was found, as data and in English. */
export type Finding = Pick<Reason, 'found' | 'finding'>

/** What a filter found of a person. */
export function findingOf(node: Leaf, person: PreparedPerson, now: number): Finding {
  switch (node.kind) {
    case 'tag':
      return tagsFound(node.tag, node.during !== undefined, person)
    case 'field':
      return valueFound(node.field, person)
    case 'compare': {
      const [one, other] = [valueFound(node.field, person), valueFound(node.to, person)]
      const said = ({ finding: text = '' }: Finding): string => text.replace(/^found /, '')
      return { finding: `found ${said(one)} and ${said(other)}` }
    }
    case 'near': {
      const said = (field: string): string => valueFound(field, person).finding!.replace(/^found /, '')
      return { finding: `found ${said(node.latitude)} and ${said(node.longitude)}` }
    }
    case 'event':
      return totalFound(node, person, now)
    case 'more': {
      const count = (selection: EventSelection): number => compileCount(selection, person.schema)(person, now)
      const [many, few] = [count(node.events), count(node.than)]
      return { found: [many, few], finding: `found ${many} and ${few}` }
    }
    case 'people':
      return { found: person.id, finding: `this is ${quoted(person.id)}` }
    case 'bucket': {
      const bucket = bucketOf(node.salt, person.id)
      return { found: bucket / 100, finding: `found ${bucket / 100} %` }
    }
    case 'sequence':
      return sequenceFound(node, person, now)
    case 'everyone':
    case 'account':
    case 'segment':
      return {}
  }
}

function tagsFound(tag: string, timed: boolean, { tags, tagged }: PreparedPerson): Finding {
  if (timed && tags.has(tag)) {
    const found = (tagged.get(tag) ?? []).map(instantText)
    return { found, finding: found.length === 0 ? 'when is not known' : `found it given ${found.join(', ')}` }
  }
  const found = [...tags].toSorted(compareText)
  return { found, finding: found.length === 0 ? 'found no tags' : `found ${found.map(quoted).join(', ')}` }
}

function valueFound(field: string, { schema, values }: PreparedPerson): Finding {
  const info = schema.fields.get(field)!
  return fieldFound(info, values[layoutOf(schema).fields.byName.get(field)!])
}

/** What is there and marked as sensitive. */
const hidden: Finding = { finding: 'found a value that is not shown' }

/** A value of a field, told; one that is marked as sensitive is not. */
export const fieldFound = (info: FieldInfo, value: Slot): Finding =>
  value !== undefined && info.isSensitive === true ? hidden : told(value, info.type)

/** A value of a type, told; a missing one is null. */
function told(
  value: Value | undefined,
  type: ValueType,
): { found: Literal | readonly Literal[] | null; finding: string } {
  if (value === undefined) return { found: null, finding: 'missing' }
  const found = writeValue(type, value)
  if (type.kind === 'object') return { found, finding: 'found an object' }
  if (!Array.isArray(found)) return { found, finding: `found ${describeLiteral(found as Literal, type)}` }
  const of = type.kind === 'list' ? type.of : type
  const elements = (found as readonly Literal[]).map((element) => describeLiteral(element, of))
  return { found, finding: elements.length === 0 ? 'found an empty list' : `found ${elements.join(', ')}` }
}

function totalFound(node: EventFilter, person: PreparedPerson, now: number): Finding {
  const { measure } = node
  const properties = eventProperties(node.event, person.schema)!
  const total = compileTotal(node, person.schema)(person, now)
  const when = describeTime(node)
  const of =
    'property' in measure && measure.property !== undefined ? properties.get(measure.property) : undefined
  if (of?.isSensitive === true && measure.of !== 'distinct' && total !== undefined) {
    return { finding: `${hidden.finding}${when}` }
  }
  if (measure.of === 'average') {
    if (total === undefined) return { found: null, finding: `found none${when}` }
    const found = averageText(total as Average, scaleOf(properties.get(measure.property)!.type))
    return { found, finding: `found about ${found}${when}` }
  }
  const type = measureType(measure, properties)
  // A sum that is no safe number any more is exact as text only.
  if (measure.of === 'sum') {
    const found = type.kind === 'decimal' ? decimalText(total as number | bigint, type.scale) : exact(total)
    return { found, finding: `found ${found}${when}` }
  }
  const { found, finding: text } = told(total as Value | undefined, type)
  return { found, finding: `${total === undefined ? 'found none' : text}${when}` }
}

const exact = (total: Total): Literal => (typeof total === 'bigint' ? String(total) : (total as number))

/** An average with four more digits than what was added up, cut off: for reading only. */
const averageText = ({ sum, count }: Average, scale: number): string =>
  decimalText((BigInt(sum) * 10_000n) / BigInt(count), scale + 4)
