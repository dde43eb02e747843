/** Text of others on one line: characters that move a cursor, forge a line or turn it round are written out. */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === '\n'
      ? String.raw`\n`
      : String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  )

/** A number as people read it. */
export const grouped = (count: number): string => count.toLocaleString('en-US')

/** A time as people say it, in the largest unit of which there are two at least. */
export function lasting(seconds: number): string {
  const [unit, name] = units.find(([length]) => seconds >= 2 * length) ?? [1, 'second']
  const count = Math.max(1, Math.ceil(seconds / unit))
  return `${grouped(count)} ${name}${count === 1 ? '' : 's'}`
}

const units = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
] as const

/** Counts by name on one line, the greatest first; those that are nothing are left out. */
export const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([name, count]) => `${plain(name)} ${grouped(count)}`)
    .join(', ')
