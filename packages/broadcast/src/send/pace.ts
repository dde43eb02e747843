import { shown } from '@segmentry/core'
import { type BroadcastIssue, issueOf } from '../errors.ts'

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

/** What is wrong with a pace. */
export function paceIssues(pace: Pace): readonly BroadcastIssue[] {
  const issues: BroadcastIssue[] = []
  const isCount = (raw: unknown): boolean => Number.isSafeInteger(raw) && (raw as number) >= 1
  if (pace.atMost !== undefined && !isCount(pace.atMost)) {
    issues.push(issueOf(['pace', 'atMost'], shown(pace.atMost), 'a whole number from 1'))
  }
  if (pace.per !== undefined && !Object.hasOwn(seconds, pace.per)) {
    issues.push(issueOf(['pace', 'per'], shown(pace.per), "'second', 'minute' or 'hour'"))
  }
  if (pace.per !== undefined && pace.atMost === undefined) {
    issues.push(issueOf(['pace'], "'per' without 'atMost'", "such as { atMost: 100, per: 'second' }"))
  }
  if (pace.warmUp !== undefined && !(Array.isArray(pace.warmUp) && pace.warmUp.every(isCount))) {
    issues.push(
      issueOf(['pace', 'warmUp'], shown(pace.warmUp), 'a count for each day, such as [50, 100, 500]'),
    )
  }
  return issues
}
