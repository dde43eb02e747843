import type { Issues } from '../issues.ts'

/** How fast a broadcast is sent, over all workers together. */
export interface Pace {
  /** So many messages a second, minute or hour, evenly: at most a second's worth at once. */
  readonly atMost?: number
  readonly per?: 'second' | 'minute' | 'hour'
  /** At most so many on the first, second, … day since the audience was fixed; without a limit from then on. */
  readonly warmUp?: readonly number[]
}

const seconds = { second: 1, minute: 60, hour: 3600 }

/** Messages a second, if that is limited. */
export const perSecond = ({ atMost, per = 'second' }: Pace = {}): number | undefined =>
  atMost === undefined ? undefined : atMost / seconds[per]

/** Reports what is wrong with a pace. */
export function checkPace(raw: unknown, issues: Issues): void {
  const { atMost, per, warmUp } = issues.record<Pace>(raw, ['pace'], ['atMost', 'per', 'warmUp'])
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 1
  const path = (key: string) => ['pace', key]
  issues.need(atMost === undefined || isCount(atMost), path('atMost'), atMost, 'a whole number from 1')
  issues.need(
    per === undefined || ['second', 'minute', 'hour'].includes(per),
    path('per'),
    per,
    "'second', 'minute' or 'hour'",
  )
  if (per !== undefined && atMost === undefined) {
    issues.report(['pace'], "'per' without 'atMost'", "such as { atMost: 100, per: 'second' }")
  }
  const isList = warmUp === undefined || (Array.isArray(warmUp) && Array.from(warmUp).every(isCount))
  issues.need(isList, path('warmUp'), warmUp, 'a count for each day, such as [50, 100, 500]')
}
