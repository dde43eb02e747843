// What is known of time zones: one table per zone, which both evaluators use (semantics 19).

/**
 * The offsets of a time zone, in milliseconds of local time minus UTC, and the UTC instants they change at.
 *
 * `offsets[i]` is in force before `transitions[i]`, the last one after all of them: the offset of an instant
 * stands at the number of transitions up to and including it, which in Postgres is
 * `offsets[1 + width_bucket(instant, transitions)]`.
 */
export interface ZoneTable {
  readonly zone: string
  readonly transitions: readonly number[]
  readonly offsets: readonly number[]
}

const second = 1000
const day = 86_400 * second
const known = { from: Date.UTC(1900, 0, 1), to: Date.UTC(2100, 0, 1) } as const

// Two changes of one zone that cancel each other out are at least 6 days and 23 hours apart (Asia/Gaza, 2040).
const step = 5 * day

const tables = new Map<string, ZoneTable>()

/**
 * Whether a name is that of an IANA time zone, in any case, as this process knows them.
 *
 * Use it to check a name: unlike {@link zoneTable}, it does not work out the zone's table.
 */
export function isZone(name: string): boolean {
  const key = zoneKey(name)
  return key !== undefined && (tables.has(key) || offsetText(key) !== undefined)
}

/**
 * The table of an IANA time zone, or `undefined` when the name is none; offsets such as `+01:00` are none.
 *
 * It covers the years 1900 to 2099. Earlier instants have the first offset and later ones the last: not always
 * what the zone's own rules say, but the same for every evaluator, as all use this table. The first call for a
 * zone takes some tens of milliseconds.
 */
export function zoneTable(zone: string): ZoneTable | undefined {
  const key = zoneKey(zone)
  if (key === undefined) return undefined
  let table = tables.get(key)
  if (!table) {
    const textAt = offsetText(key)
    if (!textAt) return undefined
    table = { zone, ...changes(textAt) }
    tables.set(key, table)
  }
  // The spelling is the caller's, yet only as many tables are kept as there are zones.
  return table.zone === zone ? table : { ...table, zone }
}

/** The offset in force at an instant. */
export function offsetAt(table: ZoneTable, ms: number): number {
  return table.offsets[transitionsUntil(table, ms)] ?? 0
}

/** What the zone's clocks show at an instant, as if it were UTC milliseconds. */
export function localMs(table: ZoneTable, ms: number): number {
  return ms + offsetAt(table, ms)
}

/**
 * The first instant at which the zone's clocks show `local` or later.
 *
 * That is the change itself for a time the clocks skip, and the earlier of the two for one they show twice.
 */
export function firstInstantAt(table: ZoneTable, local: number): number {
  const { transitions, offsets } = table
  // No offset reaches a day, so this stretch, if not before the answer, holds it.
  let at = transitionsUntil(table, local - day)
  // Stretches are tried in their order, as a short one may end behind the one before it.
  while (at < transitions.length && local >= transitions[at]! + offsets[at]!) at += 1
  return Math.max(transitions[at - 1] ?? -Infinity, local - (offsets[at] ?? 0))
}

/** The number of transitions up to and including an instant. */
function transitionsUntil({ transitions }: ZoneTable, ms: number): number {
  let [low, high] = [0, transitions.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (transitions[middle]! <= ms) low = middle + 1
    else high = middle
  }
  return low
}

// Intl accepts more than IANA's names: offsets, ICU's SystemV zones, and abbreviations of three letters that
// others read otherwise (AST is Anchorage there and Halifax in Postgres). These are IANA's own.
const shortNames = new Set('cet eet est gmt hst met mst prc roc rok uct utc wet'.split(' '))

/** A name in its one spelling, or `undefined` when it cannot be IANA's. */
function zoneKey(name: string): string | undefined {
  if (typeof name !== 'string' || !/^[a-z][\w+/-]*$/i.test(name)) return undefined
  const key = name.toLowerCase()
  return key.startsWith('systemv/') || (/^[a-z]{3}$/.test(key) && !shortNames.has(key)) ? undefined : key
}

/** Intl's offset of the zone at an instant, such as `GMT-03:30:52`; `undefined` for a name Intl does not know. */
function offsetText(zone: string): ((ms: number) => string) | undefined {
  try {
    // The second is there because a zone name alone brings the whole date with it, which takes longer.
    const options = { timeZone: zone, second: 'numeric', timeZoneName: 'longOffset' } as const
    const format = new Intl.DateTimeFormat('en-US', options)
    return (ms) => {
      const text = format.format(ms)
      return text.slice(text.indexOf('GMT'))
    }
  } catch {
    return undefined
  }
}

function offsetOf(text: string): number {
  const [sign, ...parts] = /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(text)!.slice(1)
  const [hours, minutes, seconds] = parts.map((part: string | undefined) => Number(part ?? 0))
  const length = ((hours! * 60 + minutes!) * 60 + seconds!) * second
  return sign === '-' ? 0 - length : length
}

/** Where an offset changes, found by looking at every step and halving those it changes in. */
function changes(textAt: (ms: number) => string): Pick<ZoneTable, 'transitions' | 'offsets'> {
  const transitions: number[] = []
  // Texts are compared, as most are the same and need not be read.
  let current = textAt(known.from)
  const offsets = [offsetOf(current)]
  for (let from = known.from; from < known.to; from += step) {
    const to = Math.min(from + step, known.to)
    const last = textAt(to)
    let before = from
    while (current !== last) {
      let after = to
      // All changes are on whole seconds.
      while (after - before > second) {
        const middle = before + Math.floor((after - before) / 2 / second) * second
        if (textAt(middle) === current) before = middle
        else after = middle
      }
      current = textAt(after)
      transitions.push(after)
      offsets.push(offsetOf(current))
      before = after
    }
  }
  return { transitions, offsets }
}
