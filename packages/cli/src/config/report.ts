import { durationMs, nearest, shown, unknownName } from '@segmentry/core'

/** An object that was read. */
export type Json = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Collects what is wrong with a configuration. */
export interface Report {
  readonly issues: string[]
  /** What was found in words, and what was expected. */
  readonly told: (place: string, found: string, expected: string) => void
  /** A value that cannot be. */
  readonly wrong: (place: string, value: unknown, expected: string) => void
  /** The same where a text may be a secret. */
  readonly hidden: (place: string, value: unknown, expected: string) => void
  /** What a check of the libraries throws. */
  readonly attempt: (place: string, check: () => void) => void
  /** Keys that mean nothing, each with the near one. */
  readonly known: (given: Json, names: readonly string[], place?: string) => void
  /** A value that is there and no duration. */
  readonly duration: (place: string, value: unknown) => void
}

/** A report that has nothing in it yet. */
export function newReport(): Report {
  const issues: string[] = []
  const told: Report['told'] = (place, found, expected) =>
    void issues.push(`${place}: found ${found}, expected ${expected}`)
  const wrong: Report['wrong'] = (place, value, expected) =>
    told(place, value === undefined ? 'nothing' : value === '' ? 'an empty text' : shown(value), expected)
  return {
    issues,
    told,
    wrong,
    hidden: (place, value, expected) =>
      typeof value === 'string' ? told(place, 'a text', expected) : wrong(place, value, expected),
    attempt: (place, check) => {
      try {
        check()
      } catch (error) {
        issues.push(`${place}: ${(error as Error).message}`)
      }
    },
    known: (given, names, place) => {
      for (const key of Object.keys(given).filter((one) => !names.includes(one))) {
        const said = unknownName('key', key, nearest(key, names))
        const where = place === undefined ? '' : `${place}: `
        issues.push(`${where}${said} (expected one of ${names.join(', ')})`)
      }
    },
    duration: (place, value) => {
      if (value === undefined) return
      const ms = typeof value === 'string' ? durationMs(value) : undefined
      if (ms === undefined || ms > 2_147_483_647)
        wrong(place, value, "a duration of at most 24 days, such as '30 seconds'")
    },
  }
}
