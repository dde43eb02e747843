import * as Data from 'effect/Data'

/** What can come back of a message. */
export type FeedbackKind = 'delivered' | 'opened' | 'clicked' | 'bounced' | 'complained' | 'unsubscribed'

/** Something that came back of a message, whoever tells it. */
export interface Feedback {
  readonly kind: FeedbackKind
  /** The same each time the same thing is told: whoever records it does so once. */
  readonly id: string
  /** What the provider calls the message: the `id` of its outcome. */
  readonly message?: string
  /** Our own name of the message, where the provider tells it: the `key` it was handed over with. */
  readonly key?: string
  /** Whom it is about, where that is known. */
  readonly broadcast?: string
  readonly person?: string
  /** The address it is about: of the last message to it, where nothing else says of which. */
  readonly address?: string
  readonly at: Date
  /** Of a bounce: the address will never receive anything. */
  readonly permanent?: boolean
  /** In words, for people. */
  readonly detail?: string
  /** What was clicked. */
  readonly url?: string
}

/** Where feedback is kept. */
export interface FeedbackStore {
  /** Rejects where it could not be kept: the provider is told to send it again. What is there already, by its id, is fine. */
  record(feedback: readonly Feedback[]): Promise<unknown>
}

/** Feedback that nobody can vouch for, or that says nothing that is understood. */
export class FeedbackError extends Data.TaggedError('FeedbackError')<{
  /** `unverified`: it may come from anybody. `unreadable`: it is not what its sender documents. */
  readonly code: 'unverified' | 'unreadable'
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `found ${this.found}, expected ${this.expected}`
  }
}

export const unverified = (found: string, expected: string): FeedbackError =>
  new FeedbackError({ code: 'unverified', found, expected })
export const unreadable = (found: string, expected: string): FeedbackError =>
  new FeedbackError({ code: 'unreadable', found, expected })

/** A request of a provider. */
export interface FeedbackDelivery {
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array
  readonly at: Date
}

/** Verifies a request of a provider and reads what it tells; throws a {@link FeedbackError}. */
export interface FeedbackReader {
  /** What people call the provider. */
  readonly name: string
  read(delivery: FeedbackDelivery): readonly Feedback[]
}
