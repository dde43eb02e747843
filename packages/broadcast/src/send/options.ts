import type { Duration } from '@segmentry/core'
import { messagesOf } from '../broadcast/message.ts'
import { milliseconds } from '../broadcast/time.ts'
import type { Broadcast } from '../broadcast/types.ts'
import type { BroadcastIssue } from '../errors.ts'
import { Issues } from '../issues.ts'
import type { Transport } from '../transport/transport.ts'
import type { Links } from './compose.ts'
import { checkPace, type Pace } from './pace.ts'
import type { Retries } from './settlement.ts'

/** How a broadcast is sent, whichever it is. */
export interface SendSettings {
  readonly pace?: Pace
  readonly retries?: Retries
  /** How long a worker may be out of sight before what it has in hand is taken back; '30 seconds' unless told. */
  readonly lease?: Duration
  /** The share of messages refused for good, of a hundred or more, at which it pauses; 0.1 unless told. */
  readonly mostRefused?: number
}

/** How one broadcast is sent. */
export interface SendOptions extends SendSettings {
  readonly transport: Transport
  /** How many people the plan said are sent to. Looked at when the audience is fixed; not when sending goes on. */
  readonly confirm: number
  /** By what share the live count may depart from the confirmed one, such as 0.02; not at all unless told. */
  readonly tolerance?: number
  /** The links that stand in messages. */
  readonly links?: Links
}

const settingKeys = ['pace', 'retries', 'lease', 'mostRefused']
const keys = ['transport', 'confirm', 'tolerance', ...settingKeys, 'links']

const isShare = (raw: unknown): boolean => typeof raw === 'number' && raw >= 0 && raw <= 1
const isWhole = (raw: unknown, least: number): boolean =>
  Number.isSafeInteger(raw) && (raw as number) >= least
const isTime = (raw: unknown): boolean => typeof raw === 'string' && milliseconds(raw) !== undefined

/** What is wrong with how a broadcast is to be sent. */
export function sendIssues(broadcast: Broadcast, options: unknown): readonly BroadcastIssue[] {
  const issues = new Issues()
  const given = issues.record<SendOptions>(options, [], keys)
  const { confirm, tolerance = 0 } = given
  issues.need(isWhole(confirm, 0), ['confirm'], confirm, 'the count of the plan: plan.toSend')
  issues.need(isShare(tolerance), ['tolerance'], tolerance, 'a share from 0 to 1, such as 0.02')
  checkSettings(given, issues)
  checkTransport(broadcast, given, issues)
  return issues.all
}

/**
 * What is wrong with settings that broadcasts are to be sent with later, such as those of a configuration; empty when they can be.
 *
 * @example
 * ```ts
 * sendSettingIssues({ pace: { atMost: 100, per: 'minute' } }) // => []
 * sendSettingIssues({ lease: 'soon' })[0].found // => "'soon'"
 * ```
 */
export function sendSettingIssues(settings: unknown): readonly BroadcastIssue[] {
  const issues = new Issues()
  checkSettings(issues.record<SendSettings>(settings, [], settingKeys), issues)
  return issues.all
}

function checkSettings(
  { pace, retries, lease, mostRefused = 0.1 }: Partial<SendSettings>,
  issues: Issues,
): void {
  issues.need(isShare(mostRefused), ['mostRefused'], mostRefused, 'a share from 0 to 1, such as 0.1')
  if (lease !== undefined) issues.need(isTime(lease), ['lease'], lease, "a duration such as '30 seconds'")
  if (pace !== undefined) checkPace(pace, issues)
  if (retries !== undefined) checkRetries(retries, issues)
}

function checkRetries(raw: unknown, issues: Issues): void {
  const { attempts, first, longest } = issues.record<Retries>(
    raw,
    ['retries'],
    ['attempts', 'first', 'longest'],
  )
  const path = (key: string) => ['retries', key]
  if (attempts !== undefined)
    issues.need(isWhole(attempts, 1), path('attempts'), attempts, 'a whole number from 1')
  if (first !== undefined) issues.need(isTime(first), path('first'), first, "a duration such as '30 seconds'")
  if (longest !== undefined)
    issues.need(isTime(longest), path('longest'), longest, "a duration such as '1 hour'")
}

/** A message without the link that it shows, or a transport of messages without one, would be found out one by one. */
export function checkTransport(
  broadcast: Broadcast,
  { transport, links }: Partial<Pick<SendOptions, 'transport' | 'links'>>,
  issues: Issues,
): void {
  const given: Partial<Transport> = transport ?? {}
  const fits = typeof given.send === 'function' && isWhole(given.batch, 1) && isWhole(given.concurrency, 1)
  if (!issues.need(fits, ['transport'], transport, 'a transport, such as smtp(…)')) return
  const messages = [...messagesOf(broadcast).values()]
  if (messages.length === 0 && given.bare !== true) {
    issues.report(['message'], 'no message', `a message, as '${transport!.name}' sends one`)
  }
  if (links === undefined) {
    if (messages.some(({ unsubscribes }) => unsubscribes)) {
      const expected = 'unsubscribeLinks(…), as the message shows a link to unsubscribe'
      issues.report(['links', 'unsubscribe'], 'no links', expected)
    }
    return
  }
  const { unsubscribe, tracking } = issues.record<Links>(links, ['links'], ['unsubscribe', 'tracking'])
  if (unsubscribe !== undefined || messages.some(({ unsubscribes }) => unsubscribes)) {
    const isThere = typeof unsubscribe?.for === 'function'
    issues.need(isThere, ['links', 'unsubscribe'], unsubscribe, 'what unsubscribeLinks(…) gives')
  }
  if (tracking !== undefined) {
    const isThere = typeof tracking?.track === 'function'
    issues.need(isThere, ['links', 'tracking'], tracking, 'what trackingLinks(…) gives')
  }
}
