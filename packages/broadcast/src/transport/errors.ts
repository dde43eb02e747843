import * as Data from 'effect/Data'
import type { FailureClass } from './transport.ts'

/** A transport that cannot be made of its options, or that could not send as things are. */
export class TransportError extends Data.TaggedError('TransportError')<{
  /** Such as `smtp`. */
  readonly transport: string
  readonly found: string
  readonly expected: string
  /** What a message would have been told; absent for wrong options. */
  readonly class?: FailureClass
  /** The provider's own code. */
  readonly code?: string
}> {
  override get message(): string {
    return `${this.transport}: found ${this.found}, expected ${this.expected}`
  }
}
