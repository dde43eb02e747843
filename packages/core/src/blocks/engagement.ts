import type { Segmentry } from '../builder/segment.ts'
import type { Segment } from '../builder/types.ts'
import type { EventDraft } from '../builder/event.ts'
import { misuse } from '../builder/made.ts'
import type { SequenceDraft } from '../builder/sequence.ts'
import { collected } from '../definition/codec.ts'
import { lookUp } from '../definition/issue.ts'
import { lookUpProperty } from '../definition/stream.ts'
import { type Duration, durationMs } from '../predicate/duration.ts'
import { atLeast, oneOf } from '../predicate/operators.ts'
import { checkKeys, shown } from '../suggest.ts'
import type { Shape } from '../schema/infer.ts'
import type { Schema } from '../schema/schema.ts'
import { build, type Named } from './build.ts'

/** What the messages of a channel are called in a schema: each is an event, and `campaign` a property of all of them. */
export interface MessageEvents<E, P extends string = string> {
  readonly sent: E
  readonly opened: E
  readonly clicked: E
  readonly bounced: E
  readonly unsubscribed: E
  readonly campaign: P
}

const events = ['sent', 'opened', 'clicked', 'bounced', 'unsubscribed'] as const

/** Which messages are meant. */
export interface MessageOptions {
  /** Only events of the last so long. */
  readonly within?: Duration
  /** Only messages of this campaign, or of one of these: the last few that you sent. */
  readonly campaign?: string | readonly string[]
}

/** What people did with messages; each answers with an ordinary segment. */
export interface Engagement<in out S extends Shape> {
  readonly sent: (options?: MessageOptions) => Segment<S>
  readonly opened: (options?: MessageOptions) => Segment<S>
  readonly clicked: (options?: MessageOptions) => Segment<S>
  readonly bounced: (options?: MessageOptions) => Segment<S>
  readonly unsubscribed: (options?: MessageOptions) => Segment<S>
  /** Was sent something, and opened nothing, of whatever campaign, in the same time. */
  readonly ignored: (options?: MessageOptions) => Segment<S>
  /** Opened the campaign of the message that was sent to them last, or of one of so many sent last. */
  readonly openedLast: (messages?: number) => Segment<S>
  /** Clicked in the campaign of the message that was sent to them last, or of one of so many sent last. */
  readonly clickedLast: (messages?: number) => Segment<S>
  /** Was sent so many messages, or more, and opened the campaign of none of the last so many; 1 unless told. */
  readonly ignoredLast: (messages?: number) => Segment<S>
  /** Opened a message of the campaign it was sent in within so long after it was sent. */
  readonly openedSoon: (within: Duration) => Segment<S>
}

/**
 * What people did with the messages they were sent, over events whose names you map once.
 *
 * @example
 * ```ts
 * const mail = defineSchema({
 *   fields: {},
 *   events: {
 *     mail_sent: { campaign: text() }, mail_opened: { campaign: text() }, mail_clicked: { campaign: text() },
 *     mail_bounced: { campaign: text() }, mail_left: { campaign: text() },
 *   },
 * })
 * const { ignored } = engagement(segmentry<SchemaOf<typeof mail>>(mail), {
 *   sent: 'mail_sent', opened: 'mail_opened', clicked: 'mail_clicked', bounced: 'mail_bounced',
 *   unsubscribed: 'mail_left', campaign: 'campaign',
 * })
 * describe(ignored({ within: '30 days' }), mail)
 * // => 'mail_sent at least once in the last 30 days, and never mail_opened in the last 30 days'
 * ```
 */
export function engagement<S extends Shape, E extends keyof S['events'] & string>(
  builder: Segmentry<S>,
  names: MessageEvents<E, Named<S, NoInfer<E>, 'properties'>>,
): Engagement<S> {
  const made = build('engagement', { builder, options: names, keys: [...events, 'campaign'] })
  checkShared(names, builder.schema)
  const which = (options: MessageOptions) => {
    checkKeys('options of a message', options, ['within', 'campaign'])
    const { within, campaign } = options
    return (e: EventDraft): EventDraft => {
      const inTime = within === undefined ? e : e.within(within)
      if (campaign === undefined) return inTime
      const these = typeof campaign === 'string' ? campaign : oneOf(campaign as readonly [string], {})
      return inTime.where(names.campaign, these)
    }
  }
  const did =
    (event: string) =>
    (options: MessageOptions = {}): Segment<S> =>
      made((g) => g.event(event, which(options)))
  const lastOf = (event: string, messages: number) => {
    if (!Number.isInteger(messages) || messages < 1) {
      throw misuse(shown(messages), 'how many of the messages that were sent last, from 1')
    }
    return (s: SequenceDraft): SequenceDraft =>
      s
        .from(names.sent, { anchor: { last: messages } })
        .followedBy(event)
        .by(names.campaign)
  }
  return Object.freeze({
    sent: did(names.sent),
    opened: did(names.opened),
    clicked: did(names.clicked),
    bounced: did(names.bounced),
    unsubscribed: did(names.unsubscribed),
    ignored: (options: MessageOptions = {}) => {
      const these = which(options)
      return made((g) => g.event(names.sent, these).event(names.opened, (e) => these(e).never()))
    },
    openedLast: (messages = 1) => made((g) => g.sequence(lastOf(names.opened, messages))),
    clickedLast: (messages = 1) => made((g) => g.sequence(lastOf(names.clicked, messages))),
    ignoredLast: (messages = 1) =>
      made((g) =>
        g
          .event(names.sent, (e) => e.count(atLeast(messages)))
          .not((other) => other.sequence(lastOf(names.opened, messages))),
      ),
    openedSoon: (within: Duration) => {
      if (durationMs(within) === undefined) {
        throw misuse(`${shown(within)} in openedSoon(…)`, "how soon, such as '2 days'")
      }
      return made((g) =>
        g.sequence((s) => s.from(names.sent).followedBy(names.opened, { within }).by(names.campaign)),
      )
    },
  })
}

/** Throws a {@link DefinitionError} for an event that is none, and a campaign that is no property of all of them. */
function checkShared(names: MessageEvents<string>, schema: Schema): void {
  const event = events.map((key) => names[key])
  collected((report) => {
    const known = events.map((key) => lookUp('event', names[key], schema.events, report, [key]))
    return known.includes(undefined)
      ? undefined
      : lookUpProperty(names.campaign, event, schema, report, ['campaign'])
  })
}
