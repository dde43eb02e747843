/**
 * The name someone most likely meant, or `undefined` when none is near.
 *
 * Near is at most a third of the letters edited (swapped neighbours count once), or another spelling of case.
 *
 * @example
 * ```ts
 * nearest('stat', ['state', 'plan']) // => 'state'
 * ```
 */
export function nearest(found: string, known: Iterable<string>): string | undefined {
  // Callers without types may hand over anything, and are told so by whoever asks.
  if (typeof found !== 'string') return undefined
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(found.length / 3)) + 1
  for (const name of known) {
    if (name.toLowerCase() === found.toLowerCase()) return name
    if (Math.abs(name.length - found.length) >= bestDistance) continue
    const distance = editDistance(found, name)
    if (distance < bestDistance) [best, bestDistance] = [name, distance]
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforePrevious[j - 2]! + 1)
      }
      row.push(cost)
    }
    ;[beforePrevious, previous] = [previous, row]
  }
  return previous[b.length]!
}

/** The sentence for a name that is not in the schema, the same at run time as in the type checker. */
export function unknownName(what: string, found: string, suggestion: string | undefined): string {
  const sentence = `unknown ${what} '${found}'`
  return suggestion === undefined ? sentence : `${sentence} - did you mean '${suggestion}'?`
}

/** What an error says of a key that means nothing. */
export interface UnknownKey {
  readonly found: string
  readonly expected: string
}

/**
 * The first key of an object that is none of those known, as an error says it; `undefined` when all are known.
 *
 * Use it where a misspelled key would silently be left out of account.
 *
 * @example
 * ```ts
 * unknownKey('option', { nwo: new Date() }, ['now', 'signal'])
 * // => { found: "unknown option 'nwo' - did you mean 'now'?", expected: 'one of now, signal' }
 * ```
 */
export function unknownKey(what: string, given: object, known: readonly string[]): UnknownKey | undefined {
  const key = Object.keys(given).find((one) => !known.includes(one))
  if (key === undefined) return undefined
  return { found: unknownName(what, key, nearest(key, known)), expected: `one of ${known.join(', ')}` }
}

/**
 * Throws a `TypeError` for options that are none, or that have a key which means nothing.
 *
 * What a misspelled key says would silently be left out.
 */
export function checkKeys(what: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given) || given instanceof Date) {
    throw new TypeError(`found ${shown(given)} for ${what}, expected an object such as { ${known[0]}: … }`)
  }
  const unknown = unknownKey('option', given, known)
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
}

/** A name as it stands in a sentence; callers without types may hand over anything for one. */
export const nameText = (name: unknown): string => (typeof name === 'string' ? name : shown(name))

/** A value in a few words, for an error: texts in quotes and numbers as they are, all else by its kind. */
export function shown(raw: unknown): string {
  if (raw === null || raw === undefined || typeof raw === 'number' || typeof raw === 'boolean')
    return String(raw)
  if (typeof raw === 'string') return raw.length > 40 ? `'${raw.slice(0, 40)}…'` : `'${raw}'`
  if (Array.isArray(raw)) return raw.length === 0 ? 'an empty list' : 'a list'
  if (typeof raw === 'function') return 'a function that was not called'
  if (typeof raw === 'object') return raw instanceof Date ? 'a Date' : 'an object'
  return `a value of type ${typeof raw}`
}
