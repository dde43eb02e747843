import type { Outcome } from '../transport/transport.ts'

/** So many messages in a row that are to be tried again mean that the trouble is not theirs. */
const inRow = 10
const longestHoldMs = 60_000
/** A share of fewer messages says nothing. */
const fewest = 100

/**
 * How a transport does, from what became of the messages.
 *
 * When nothing goes through, one message at a time is tried, after a time that doubles: a server that is down must not use up
 * the attempts of everybody.
 */
export class Health {
  #retriesInRow = 0
  #heldUntil = 0
  #holdMs = 500
  #count = 0
  #refused = 0

  saw(outcome: Outcome): void {
    this.#count += 1
    if (outcome.status === 'failed' && outcome.class === 'recipient') this.#refused += 1
    if (outcome.status === 'failed' && (outcome.class === 'retry' || outcome.class === 'unknown')) {
      this.#retriesInRow += 1
      if (this.#retriesInRow < inRow) return
      this.#holdMs = Math.min(longestHoldMs, this.#holdMs * 2)
      this.#heldUntil = Date.now() + this.#holdMs
      return
    }
    this.#retriesInRow = 0
    this.#heldUntil = 0
    this.#holdMs = 500
  }

  /** How many messages may be tried now. */
  most(): number {
    if (this.#retriesInRow < inRow) return Infinity
    return this.holdMs() > 0 ? 0 : 1
  }

  /** How long until the next may be. */
  holdMs(): number {
    return Math.max(0, this.#heldUntil - Date.now())
  }

  /** The share of messages that were refused for good, once there are enough to tell. */
  refused(): number {
    return this.#count < fewest ? 0 : this.#refused / this.#count
  }
}
