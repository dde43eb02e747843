// Dates as templates write them, by the directives of strftime. Liquid's own filter reads the clock and the zone of the machine,
// and would move a birthday by a day where the zone is behind UTC.

type Writer = (at: Date, locale: string) => string | number

const formats = new Map<string, Intl.DateTimeFormat>()

/** A name of the language: formats are kept, as making one takes long. */
function named(at: Date, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`
  let format = formats.get(key)
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })))
  return format.format(at)
}

const padded = (value: number, length: number, fill = '0'): string => String(value).padStart(length, fill)
const hour12 = (at: Date): number => at.getUTCHours() % 12 || 12
const dayOfYear = (at: Date): number =>
  Math.round(
    (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(at.getUTCFullYear(), 0, 1)) /
      86_400_000,
  ) + 1

const writers: Readonly<Record<string, Writer>> = {
  Y: (at) => at.getUTCFullYear(),
  y: (at) => padded(at.getUTCFullYear() % 100, 2),
  m: (at) => padded(at.getUTCMonth() + 1, 2),
  d: (at) => padded(at.getUTCDate(), 2),
  e: (at) => padded(at.getUTCDate(), 2, ' '),
  j: (at) => padded(dayOfYear(at), 3),
  B: (at, locale) => named(at, locale, { month: 'long' }),
  b: (at, locale) => named(at, locale, { month: 'short' }),
  h: (at, locale) => named(at, locale, { month: 'short' }),
  A: (at, locale) => named(at, locale, { weekday: 'long' }),
  a: (at, locale) => named(at, locale, { weekday: 'short' }),
  u: (at) => at.getUTCDay() || 7,
  w: (at) => at.getUTCDay(),
  H: (at) => padded(at.getUTCHours(), 2),
  k: (at) => padded(at.getUTCHours(), 2, ' '),
  I: (at) => padded(hour12(at), 2),
  l: (at) => padded(hour12(at), 2, ' '),
  M: (at) => padded(at.getUTCMinutes(), 2),
  S: (at) => padded(at.getUTCSeconds(), 2),
  p: (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (at) => (at.getUTCHours() < 12 ? 'am' : 'pm'),
  '%': () => '%',
}

const short: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  R: '%H:%M',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
}

const directive = /%([-^0]?)(.?)/gsu

/** The directive of a format that means nothing, if there is one. */
export function unknownDirective(format: string): string | undefined {
  return [...format.matchAll(directive)].find(
    ([, , letter]) => !Object.hasOwn(writers, letter!) && !Object.hasOwn(short, letter!),
  )?.[0]
}

/** The directives that there are, for an error. */
export const directives = [...Object.keys(writers), ...Object.keys(short)]
  .map((letter) => `%${letter}`)
  .join(' ')

/** Text of a local time by a format of strftime; `-` before a letter leaves out what pads it, `^` writes it large. */
export function dateText(local: number, format: string, locale: string): string {
  const at = new Date(local)
  const whole = format.replaceAll(/%([FDRTX])/g, (_, letter: string) => short[letter]!)
  return whole.replaceAll(directive, (all, flag: string, letter: string) => {
    const writer = Object.hasOwn(writers, letter) ? writers[letter] : undefined
    if (!writer) throw new RangeError(`found ${all} in a date's format, expected one of ${directives}`)
    const text = String(writer(at, locale))
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '')
    return flag === '^' ? text.toLocaleUpperCase(locale) : flag === '0' ? text.replace(/^ /, '0') : text
  })
}
