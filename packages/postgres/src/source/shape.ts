import { shown, unknownKey } from '@segmentry/core'
import type { SourceIssue } from '../errors.ts'

// What the types of a mapping say, for callers without types.

/** What an object of a mapping has to have, and what it may have besides. */
export interface Keys {
  readonly needed: readonly string[]
  readonly more: readonly string[]
}

export const peopleKeys: Keys = { needed: ['table', 'id'], more: ['where'] }
export const tagTableKeys: Keys = { needed: ['person', 'tag'], more: ['at', 'where', 'foreignKey'] }
export const eventTableKeys: Keys = {
  needed: ['person', 'at', 'id'],
  more: ['name', 'called', 'properties', 'where', 'foreignKey'],
}

export const accountTableKeys: Keys = { needed: ['id', 'of'], more: ['fields', 'where'] }
const membershipKeys: Keys = { needed: ['table', 'person', 'account'], more: ['where'] }

/** What is wrong with the keys of an object, and with the conditions among them. */
export function shapeIssues(
  place: string,
  table: string,
  given: unknown,
  { needed, more }: Keys,
): readonly SourceIssue[] {
  const all = [...needed, ...more]
  const issue = (found: string, expected: string): SourceIssue => ({
    table,
    message: `${place}: found ${found}, expected ${expected}`,
    found,
    expected,
    remedy: `give ${needed.join(', ')}; ${more.join(', ')} where you need it`,
  })
  if (!isRecord(given)) return [issue(shown(given), `an object with ${needed.join(', ')}`)]
  const unknown = unknownKey('key', given, all)
  const columns = needed.filter((key) => key !== 'at' && !(key === 'of' && isRecord(given['of'])))
  return [
    ...(unknown ? [issue(unknown.found, unknown.expected)] : []),
    ...columns
      .filter((key) => typeof given[key] !== 'string' || given[key] === '')
      .map((key) => issue(`${shown(given[key])} for '${key}'`, key === 'table' ? 'a table' : 'a column')),
    ...(needed.includes('at') && !isTime(given['at'])
      ? [issue(`${shown(given['at'])} for 'at'`, "a column, or column('…', { zone: 'UTC' })")]
      : []),
    ...(needed.includes('of') && isRecord(given['of'])
      ? shapeIssues(`${place}, of`, textOf(given['of']['table'], table), given['of'], membershipKeys)
      : []),
    ...conditionIssues(given['where'], issue),
  ]
}

const textOf = (raw: unknown, otherwise: string): string => (typeof raw === 'string' ? raw : otherwise)

const isTime = (at: unknown): boolean =>
  (typeof at === 'string' && at !== '') || (isRecord(at) && at['in'] === 'column')

function conditionIssues(
  where: unknown,
  issue: (found: string, expected: string) => SourceIssue,
): readonly SourceIssue[] {
  if (where === undefined) return []
  if (!isRecord(where)) return [issue(`${shown(where)} for 'where'`, 'values by column')]
  const isValue = (value: unknown): boolean =>
    typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  return Object.entries(where)
    .filter(([, value]) =>
      Array.isArray(value) ? value.length === 0 || !value.every(isValue) : value !== null && !isValue(value),
    )
    .map(([column, value]) =>
      issue(
        Array.isArray(value) ? `a list for 'where.${column}'` : `${shown(value)} for 'where.${column}'`,
        'a text, a number, true or false, a list of these, or null',
      ),
    )
}

export const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)
