import {
  decimalText,
  instantText,
  type Item,
  localMs,
  onType,
  type Value,
  type ValueType,
  writeValue,
  type ZoneTable,
} from '@segmentry/core'
import { Drop } from 'liquidjs'

// How the values of people look to a template. Liquid knows texts, numbers, true and false, and lists; the others are drops.

/** What a drop is compared with: its own kind by its number, all else by its text. */
abstract class Ordered extends Drop {
  abstract readonly order: number
  abstract override valueOf(): string
  override toString(): string {
    return this.valueOf()
  }
  [Symbol.toPrimitive](hint: string): string | number {
    return hint === 'string' ? this.valueOf() : this.order
  }
  protected compare(other: unknown): number {
    if (other instanceof Ordered && other.constructor === this.constructor) return this.order - other.order
    if (typeof other === 'number') return this.order - other
    const [own, others] = [this.valueOf(), String(other)]
    return own === others ? 0 : own < others ? -1 : 1
  }
  equals(other: unknown): boolean {
    return this.compare(other) === 0
  }
  gt(other: unknown): boolean {
    return this.compare(other) > 0
  }
  geq(other: unknown): boolean {
    return this.compare(other) >= 0
  }
  lt(other: unknown): boolean {
    return this.compare(other) < 0
  }
  leq(other: unknown): boolean {
    return this.compare(other) <= 0
  }
}

/** An amount, written with all its digits: `19.90` at scale 2. */
export class Decimal extends Ordered {
  readonly order: number
  readonly #text: string
  constructor(units: number, scale: number) {
    super()
    const short = decimalText(units, scale)
    this.order = Number(short)
    const [whole, fraction = ''] = short.split('.')
    this.#text = scale === 0 ? short : `${whole}.${fraction.padEnd(scale, '0')}`
  }
  override valueOf(): string {
    return this.#text
  }
}

/** A day of the calendar, which is the same in every zone. */
export class Day extends Ordered {
  readonly order: number
  readonly #text: string
  constructor(text: string) {
    super()
    this.order = Date.parse(`${text}T00:00:00Z`)
    this.#text = text
  }
  override valueOf(): string {
    return this.#text
  }
}

/** An instant, written as the clocks of the message's zone show it: `2026-11-24 09:30`. */
export class Instant extends Ordered {
  readonly order: number
  /** What the clocks of the zone show, as if it were UTC milliseconds. */
  readonly local: number
  constructor(ms: number, zone: ZoneTable) {
    super()
    this.order = ms
    this.local = localMs(zone, ms)
  }
  override valueOf(): string {
    return instantText(this.local).slice(0, 16).replace('T', ' ')
  }
}

/** A value of a field as a template sees it. */
export function shownValue(type: ValueType, value: Value, zone: ZoneTable): unknown {
  return onType<unknown>(type, {
    text: () => value,
    choice: () => value,
    version: () => writeValue(type, value),
    integer: () => value,
    number: () => value,
    boolean: () => value,
    decimal: ({ scale }) => new Decimal(value as number, scale),
    date: () => new Day(value as string),
    timestamp: () => new Instant(value as number, zone),
    list: ({ of }) => (value as readonly Value[]).map((one) => shownValue(of, one, zone)),
    object: ({ parts }) => {
      const made = emptyRecord()
      if (parts === undefined) return made
      ;[...parts.values()].forEach((part, i) => {
        const found = (value as Item).values[i]
        if (found !== undefined) put(made, part.path, shownValue(part.type, found, zone))
      })
      return made
    },
  })
}

/** An object without a prototype: a template reaches nothing but what is put into it. */
export const emptyRecord = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>

/** Puts a value where a path leads, past objects that are made on the way. */
export function put(holder: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = holder
  for (const key of path.slice(0, -1)) at = (at[key] ??= emptyRecord()) as Record<string, unknown>
  const last = path.at(-1)!
  // An object that is there may hold its parts already.
  if (at[last] === undefined) at[last] = value
}
