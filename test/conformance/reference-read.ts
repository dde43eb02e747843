// How instants and decimals are read from text, for the reference: piece by piece, in the slowest way that is plainly right.

const digits = (text: string): boolean =>
  text !== '' && [...text].every((character) => character >= '0' && character <= '9')

const read = new Map<string, number | undefined>()

/** UTC milliseconds of an instant with an offset; `undefined` for every other text. The slow way, and once for each. */
export function instantOf(text: string): number | undefined {
  if (read.size > 100_000) read.clear()
  if (!read.has(text)) read.set(text, instantIn(text))
  return read.get(text)
}

function instantIn(text: string): number | undefined {
  const form = [...text].map((character) => (digits(character) ? '0' : character)).join('')
  const isUtc = form.endsWith('Z')
  const end = isUtc ? 1 : 6
  const [local, offset] = [text.slice(0, -end), text.slice(-end)]
  if (!isUtc && !['+00:00', '-00:00'].includes(form.slice(-6))) return undefined
  const whole = local.slice(0, 19)
  if (form.slice(0, 19) !== '0000-00-00T00:00:00') return undefined
  const rest = local.slice(19)
  if (rest !== '' && !(rest.startsWith('.') && digits(rest.slice(1)))) return undefined
  const start = momentOf(whole)
  if (start === undefined) return undefined
  const milliseconds = Number(`${rest.slice(1)}000`.slice(0, 3))
  const [hours, minutes] = isUtc ? [0, 0] : [Number(offset.slice(1, 3)), Number(offset.slice(4))]
  if (hours >= 16 || minutes >= 60) return undefined
  const ahead = (hours * 60 + minutes) * 60_000
  const ms = start + milliseconds + (offset.startsWith('-') ? ahead : -ahead)
  const year = new Date(ms).getUTCFullYear()
  return year >= 1 && year <= 9999 ? ms : undefined
}

/** Milliseconds of a date and a time in UTC, which the platform would print as they are written: so both exist. */
function momentOf(whole: string): number | undefined {
  const ms = Date.parse(`${whole}.000Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === `${whole}.000Z` && !whole.startsWith('0000')
    ? ms
    : undefined
}

/** Whether a day of the calendar is written so. */
export const isDay = (text: string): boolean =>
  text.length === 10 && momentOf(`${text}T00:00:00`) !== undefined

/** Units of a decimal at a scale: `19.9` is 1990 of scale 2; `undefined` for what is no decimal of it. */
export function unitsOf(raw: string | number, scale: number): bigint | undefined {
  const text = typeof raw === 'number' ? withoutExponent(raw) : raw
  const isNegative = text.startsWith('-')
  const [whole = '', fraction, ...more] = (isNegative ? text.slice(1) : text).split('.')
  if (!digits(whole) || more.length > 0 || (fraction !== undefined && !digits(fraction))) return undefined
  let places = fraction ?? ''
  while (places.endsWith('0')) places = places.slice(0, -1)
  if (places.length > scale) return undefined
  while (places.length < scale) places += '0'
  const units = BigInt(whole + places)
  if (units >= 10n ** 15n) return undefined
  return isNegative ? -units : units
}

/** A number as JavaScript prints it, its point moved to where a small one's exponent says. */
function withoutExponent(raw: number): string {
  const [shown, exponent] = String(raw).split('e-') as [string, string | undefined]
  if (exponent === undefined) return shown
  const sign = shown.startsWith('-') ? '-' : ''
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${shown.replace('-', '').replace('.', '')}`
}
