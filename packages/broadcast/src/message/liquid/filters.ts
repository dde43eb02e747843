import { isDateText, parseInstant, shown, type ZoneTable } from '@segmentry/core'
import { Drop, filters as ofLiquid, type FilterImplOptions } from 'liquidjs'
import { dateText } from './date.ts'
import { Day, Instant } from './values.ts'

/** What a filter makes of what it is given. */
export type Result = 'text' | 'number' | 'same' | 'element' | 'texts' | 'any'

/** A filter that messages may use: how many arguments it takes, and what it makes. */
export interface FilterSpec {
  readonly least: number
  readonly most: number
  readonly result: Result
  /** It may give nothing, as `first` and `join` of an empty list do. */
  readonly mayBeNothing?: boolean
  /** The first argument is the name of a part of the items. */
  readonly namesPart?: boolean
}

const spec = (least: number, most: number, result: Result, more: Partial<FilterSpec> = {}): FilterSpec => ({
  least,
  most,
  result,
  ...more,
})

/**
 * The filters of a message: those that give the same for the same person every time.
 *
 * What is left out draws lots (`sample`), evaluates text as Liquid (`where_exp`), or lets markup of a person's own through (`raw`).
 */
export const filterSpecs: Readonly<Record<string, FilterSpec>> = {
  default: spec(1, 1, 'same'),
  date: spec(1, 1, 'text'),
  escape: spec(0, 0, 'text'),
  newline_to_br: spec(0, 0, 'text'),
  strip_html: spec(0, 0, 'text'),
  url_encode: spec(0, 0, 'text'),
  cgi_escape: spec(0, 0, 'text'),
  uri_escape: spec(0, 0, 'text'),
  slugify: spec(0, 2, 'text'),
  append: spec(1, 1, 'text'),
  prepend: spec(1, 1, 'text'),
  capitalize: spec(0, 0, 'text'),
  downcase: spec(0, 0, 'text'),
  upcase: spec(0, 0, 'text'),
  strip: spec(0, 1, 'text'),
  lstrip: spec(0, 1, 'text'),
  rstrip: spec(0, 1, 'text'),
  strip_newlines: spec(0, 0, 'text'),
  squish: spec(0, 0, 'text'),
  replace: spec(2, 2, 'text'),
  replace_first: spec(2, 2, 'text'),
  replace_last: spec(2, 2, 'text'),
  remove: spec(1, 1, 'text'),
  remove_first: spec(1, 1, 'text'),
  remove_last: spec(1, 1, 'text'),
  truncate: spec(0, 2, 'text'),
  truncatewords: spec(0, 2, 'text'),
  split: spec(1, 1, 'texts'),
  join: spec(0, 1, 'text', { mayBeNothing: true }),
  abs: spec(0, 0, 'number'),
  at_least: spec(1, 1, 'number'),
  at_most: spec(1, 1, 'number'),
  ceil: spec(0, 0, 'number'),
  floor: spec(0, 0, 'number'),
  round: spec(0, 1, 'number'),
  plus: spec(1, 1, 'number'),
  minus: spec(1, 1, 'number'),
  times: spec(1, 1, 'number'),
  divided_by: spec(1, 1, 'number'),
  modulo: spec(1, 1, 'number'),
  size: spec(0, 0, 'number'),
  sum: spec(0, 1, 'number', { namesPart: true }),
  first: spec(0, 0, 'element', { mayBeNothing: true }),
  last: spec(0, 0, 'element', { mayBeNothing: true }),
  reverse: spec(0, 0, 'same'),
  slice: spec(1, 2, 'same'),
  uniq: spec(0, 0, 'same'),
  sort: spec(0, 1, 'same', { namesPart: true }),
  sort_natural: spec(0, 1, 'same', { namesPart: true }),
  where: spec(1, 2, 'same', { namesPart: true }),
  reject: spec(1, 2, 'same', { namesPart: true }),
  map: spec(1, 1, 'any', { namesPart: true }),
}

/** What dates are written with. */
export interface Calendar {
  readonly zone: ZoneTable
  readonly locale: string
  /** What `now` is while one message is rendered. */
  now: number
}

/** A value's text: lists are joined with commas. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(plainText).join(', ')
  if (value instanceof Drop) return plainText(value.valueOf())
  if (typeof value === 'object') {
    throw new RangeError('found an object, expected a value that has a text: one of its parts')
  }
  return typeof value === 'string' ? value : `${value as number | boolean}`
}

/** What `default` stands in for: what is not there, false, and what is empty. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that stands in HTML as it is, between tags and in quoted attributes. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter]!)

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]

const partOf = (item: unknown, name: unknown): unknown => {
  let at = item
  for (const key of plainText(name).split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return at
}

const same = (one: unknown, other: unknown): boolean =>
  typeof one === 'object' && one !== null && 'equals' in one
    ? (one as { equals(other: unknown): boolean }).equals(other)
    : one === other

const holds = (item: unknown, name: unknown, expected: readonly unknown[]): boolean => {
  const found = partOf(item, name)
  if (expected.length > 0) return same(found, expected[0])
  return found !== undefined && found !== false
}

/** The local milliseconds of what `date` is given. */
function localOf(value: unknown, { zone, now }: Calendar): number {
  if (value instanceof Instant) return value.local
  if (value instanceof Day) return value.order
  const text = plainText(value)
  if (text === 'now' || text === 'today') return new Instant(now, zone).local
  if (isDateText(text)) return new Day(text).order
  const ms = parseInstant(text)
  if (ms !== undefined) return new Instant(ms, zone).local
  throw new RangeError(`found ${shown(value)} before 'date', expected a date or an instant`)
}

/** Rounds to so many digits after the point, and writes them all. */
function rounded(value: unknown, digits: unknown): number | string {
  const places = Math.min(15, Math.max(0, Math.trunc(Number(digits) || 0)))
  const number = Number(value) || 0
  // The shift by text is exact where a product is not: 1.005 becomes 1.01.
  const shifted = Math.round(Number(`${Math.abs(number)}e${places}`))
  const sized = Number(`${shifted}e-${places}`)
  if (!Number.isFinite(sized)) return number
  const signed = number < 0 && sized !== 0 ? -sized : sized
  return places === 0 ? signed : signed.toFixed(places)
}

/** The filters as an engine takes them; `html` says whether what they write stands in markup. */
export function filtersOf(calendar: Calendar, html: boolean): ReadonlyMap<string, FilterImplOptions> {
  const own: Readonly<Record<string, FilterImplOptions>> = {
    default: (value: unknown, other: unknown) => (isNothing(value) ? other : value),
    date: (value: unknown, format: unknown) =>
      dateText(localOf(value, calendar), plainText(format), calendar.locale),
    round: (value: unknown, digits: unknown) => rounded(value, digits),
    map: (value: unknown, name: unknown) =>
      list(value)
        .map((item) => partOf(item, name))
        .filter((part) => part !== undefined),
    where: (value: unknown, name: unknown, ...expected: readonly unknown[]) =>
      list(value).filter((item) => holds(item, name, expected)),
    reject: (value: unknown, name: unknown, ...expected: readonly unknown[]) =>
      list(value).filter((item) => !holds(item, name, expected)),
    // What is written in HTML is escaped once, whether or not the template says so; in a text it never is.
    escape: { raw: true, handler: (value: unknown) => (html ? escaped(plainText(value)) : plainText(value)) },
    newline_to_br: {
      raw: true,
      handler: (value: unknown) =>
        html ? escaped(plainText(value)).replaceAll(/\r?\n/g, '<br>\n') : plainText(value),
    },
  }
  return new Map(
    Object.keys(filterSpecs).map((name) => [
      name,
      own[name] ?? (ofLiquid as Readonly<Record<string, FilterImplOptions>>)[name]!,
    ]),
  )
}
