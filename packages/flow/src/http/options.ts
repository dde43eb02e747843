import {
  checkSegments,
  type Duration,
  durationMs,
  type Evaluator,
  type SegmentsByKey,
  shown,
  unknownKey,
} from '@segmentry/core'
import type { Transitions } from '../contract.ts'
import type { Keys } from './keys.ts'
import type { Answered } from './answer.ts'
import type { Rate } from './rate.ts'
import type { ServiceLimits } from './routes.ts'

/** What a service answers from, and what it lets through. */
export interface ServiceOptions {
  readonly evaluator: Evaluator
  readonly segments: SegmentsByKey<string>
  /** What callers send as `Authorization: Bearer …`, at least 16 characters each; `'open'` lets everybody in. */
  readonly keys: Keys
  readonly limits?: Partial<ServiceLimits>
  /** How long an answer may take; 10 seconds unless told. */
  readonly timeout?: Duration
  /** How often each key may ask; as often as it likes unless told. */
  readonly rate?: Rate
  /** Who entered and left, where that is known. */
  readonly transitions?: Transitions
  /** Takes the errors that are the service's own, for a log: callers are not told what is in them. */
  readonly onError?: (error: unknown) => void
  /** Takes what was asked and how it was answered, for a log: nothing in it says about whom. */
  readonly onAnswer?: (answered: Answered) => void
}

const defaults: ServiceLimits = { body: 1_048_576, subjects: 10_000, branches: 100, page: 10_000 }
const known = [
  'evaluator',
  'segments',
  'keys',
  'limits',
  'timeout',
  'rate',
  'transitions',
  'onError',
  'onAnswer',
]

/** The limits of a service; throws a `TypeError` or a `RangeError` for settings that cannot be. */
export function checkedLimits(options: ServiceOptions): ServiceLimits {
  const unknown =
    unknownKey('option', options, known) ?? unknownKey('limit', options.limits ?? {}, Object.keys(defaults))
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
  checkSegments(options.segments)
  const limits = { ...defaults, ...options.limits }
  for (const [name, limit] of Object.entries(limits)) {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`the limit '${name}' is a whole number from 1, found ${shown(limit)}`)
    }
  }
  return limits
}

/** Milliseconds of a setting; throws a `RangeError` for what is no duration. */
export function checkedDuration(name: string, duration: Duration): number {
  const ms = durationMs(duration)
  if (ms !== undefined && ms < 2 ** 31) return ms
  throw new RangeError(`${name} is a duration such as '10 seconds', found ${shown(duration)}`)
}
