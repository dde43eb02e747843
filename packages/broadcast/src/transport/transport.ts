/** A file that goes with a message. */
export interface Attachment {
  readonly filename: string
  readonly content: Uint8Array
  /** Such as `application/pdf`. */
  readonly contentType: string
  /** A name by which the HTML shows it: `<img src="cid:logo">`. */
  readonly contentId?: string
}

/** A message to one person, ready to be handed over. */
export interface Outgoing {
  /** The same whenever the same person is sent the same broadcast, and of no other: at most 64 letters, digits and `-`. */
  readonly key: string
  readonly broadcast: string
  readonly person: string
  /** The address as the person gave it, without a display name. */
  readonly to: string
  /** Such as `Ann <ann@example.com>`. */
  readonly from: string
  readonly replyTo?: string
  readonly subject: string
  /** At least one of `html` and `text` is there. */
  readonly html?: string
  readonly text?: string
  /** Header lines beside those that follow from the rest, such as `List-Unsubscribe`. */
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
}

/**
 * What to do about a message that was not sent.
 *
 * - `retry`: nothing was delivered and the next attempt may succeed: a busy server, a rate limit, a full mailbox.
 * - `recipient`: this address will never receive it: it is suppressed.
 * - `sender`: nobody would receive it as things are (credentials, quota, content, account): the broadcast pauses.
 * - `unknown`: nobody can say whether it was delivered. It is named, and not sent again unless the provider knows its key.
 */
export type FailureClass = 'retry' | 'recipient' | 'sender' | 'unknown'

/** What became of one message. */
export type Outcome =
  | {
      readonly status: 'sent'
      /** What the provider calls the message; later feedback refers to it. */
      readonly id?: string
    }
  | {
      readonly status: 'failed'
      readonly class: FailureClass
      /** In words, for people; without what the message says. */
      readonly reason: string
      /** The provider's own code, such as `550 5.1.1`. */
      readonly code?: string
      /** How long the provider asked to wait, in milliseconds; for `retry`. */
      readonly waitMs?: number
    }

/**
 * Asks whether a message may be delivered, once, and waits until it is written down that it may have been.
 *
 * Resolves with false when it must not: the broadcast was paused, the address suppressed, another worker has it. What `send` says
 * of such a message is not looked at.
 */
export type Gate = (message: Outgoing) => Promise<boolean>

/** A way to hand messages over. */
export interface Transport {
  /** What people call it: `smtp`, `resend`. */
  readonly name: string
  /** How many messages one call of `send` takes at most. */
  readonly batch: number
  /** How many calls of `send` may run at the same time. */
  readonly concurrency: number
  /** Messages a second that the provider allows at most, over all workers; no limit when absent. */
  readonly perSecond?: number
  /** Whether it takes people and no messages, as one that writes a tag does: `from` and `subject` may be empty then, and no body be there. */
  readonly bare?: boolean
  /**
   * For how many milliseconds the provider remembers the key of a message and does not deliver it a second time; none when
   * absent. Within it, a message of which nothing is known may be handed over again.
   */
  readonly remembersMs?: number
  /**
   * Hands messages over: an outcome for each, in their order.
   *
   * It does not reject for what a server answers or fails to answer. What it rejects with counts as `unknown` for every message. Once
   * `signal` aborts, calls that have not begun need not, and say `retry`; those that have begun are waited for.
   *
   * A message may be delivered from when this is called: until the outcome is told, nobody knows. A transport that knows better has
   * `gated`, and asks `gate` before the step that nobody can take back.
   */
  send(messages: readonly Outgoing[], signal: AbortSignal, gate?: Gate): Promise<readonly Outcome[]>
  /**
   * Whether it asks the gate itself. Until it does, a message counts as never handed over: after a crash it is sent as any other, where
   * it would be `unknown` otherwise.
   */
  readonly gated?: boolean
  /** Looks whether it could send, without sending: the connection, the credentials. Rejects with what is wrong. */
  verify?(): Promise<void>
  close?(): Promise<void>
}
