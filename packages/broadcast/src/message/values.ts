import { isBlankText, nearest, readValue, type Schema, shown, typeName, unknownName } from '@segmentry/core'
import { issueAt, type MessageIssue } from './errors.ts'
import { emptyRecord } from './liquid/values.ts'
import type { MessageValue } from './template.ts'

/** Names that mean something in every message. */
export const ownNames = ['person', 'unsubscribe', 'broadcast', 'variant', 'forloop'] as const

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' &&
  raw !== null &&
  !Array.isArray(raw) &&
  !(raw instanceof Date) &&
  !(raw instanceof Map)

/** What is the same for everybody, copied, so that templates reach nothing but plain data; and all that is wrong with it. */
export function readValues(raw: unknown): {
  readonly values: ReadonlyMap<string, MessageValue>
  readonly issues: readonly MessageIssue[]
} {
  const issues: MessageIssue[] = []
  const values = new Map<string, MessageValue>()
  if (raw === undefined) return { values, issues }
  if (!isRecord(raw)) {
    return {
      values,
      issues: [issueAt('wrong-value', { part: 'values' }, shown(raw), "values by name: { shop: 'Acme' }")],
    }
  }
  for (const [name, value] of Object.entries(raw)) {
    const part = `values.${name}`
    if ((ownNames as readonly string[]).includes(name)) {
      issues.push(
        issueAt('wrong-value', { part }, `'${name}', which means something already`, 'another name'),
      )
    } else if (!/^[A-Za-z_]\w*$/.test(name)) {
      issues.push(
        issueAt('wrong-value', { part }, `the name '${name}'`, 'a letter or _, then letters, digits and _'),
      )
    } else values.set(name, copied(part, value, issues, 0))
  }
  return { values, issues }
}

function copied(part: string, raw: unknown, issues: MessageIssue[], depth: number): MessageValue {
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw
  if (Array.isArray(raw) && depth < 10)
    return raw.map((one, i) => copied(`${part}.${i}`, one, issues, depth + 1))
  if (isRecord(raw) && depth < 10) {
    const made = emptyRecord() as Record<string, MessageValue>
    for (const [key, value] of Object.entries(raw))
      made[key] = copied(`${part}.${key}`, value, issues, depth + 1)
    return made
  }
  issues.push(
    issueAt(
      'wrong-value',
      { part },
      shown(raw),
      'plain data: texts, numbers, true and false, lists and objects',
    ),
  )
  return ''
}

/** What stands in for fields that a person lacks, and all that is wrong with it. */
export function readDefaults(
  raw: unknown,
  schema: Schema,
): {
  readonly defaults: ReadonlyMap<string, unknown>
  readonly issues: readonly MessageIssue[]
} {
  const issues: MessageIssue[] = []
  const defaults = new Map<string, unknown>()
  if (raw === undefined) return { defaults, issues }
  if (!isRecord(raw)) {
    return { defaults, issues: [issueAt('wrong-value', { part: 'defaults' }, shown(raw), 'values by field')] }
  }
  for (const [name, value] of Object.entries(raw)) {
    const part = `defaults.${name}`
    const info = schema.fields.get(name)
    if (!info) {
      const known = [...schema.fields.keys()]
      const suggestion = nearest(name, known)
      issues.push({
        ...issueAt('unknown-field', { part }, name, `one of ${known.join(', ')}`),
        message: unknownName('field', name, suggestion),
        ...(suggestion !== undefined && { suggestion }),
      })
    } else if (info.type.kind === 'object') {
      issues.push(issueAt('wrong-value', { part }, 'a default for an object', 'defaults for its parts'))
    } else if (readValue(info.type, value) === undefined) {
      issues.push(issueAt('wrong-value', { part }, shown(value), typeName(info.type)))
    } else defaults.set(name, readValue(info.type, value))
  }
  return { defaults, issues }
}

/** Whether a value of a person counts as none in a message: text of nothing but white space, as `isBlank` says in a segment. */
export const isBlankValue = (value: unknown): boolean => typeof value === 'string' && isBlankText(value)
