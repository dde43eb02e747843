/** How things are gathered. */
export interface Gathering<T> {
  /** How long the first of a batch waits for others, in milliseconds. */
  wait: number
  /** How many a batch holds. One thing that counts for more is a batch of its own. */
  most: number
  /** How many a thing counts for. */
  count(thing: T): number
  /** Deals with a batch; it never fails. */
  work(batch: readonly T[]): Promise<void>
}

/**
 * Gathers what comes within a few milliseconds, and deals with one batch at a time.
 *
 * Who comes while a batch is dealt with waits for the next one: so all leave in the order in which they came, and a slow service
 * is asked less often and for more.
 */
export class Batches<T> {
  readonly #how: Gathering<T>
  #waiting: T[] = []
  #count = 0
  #timer: NodeJS.Timeout | undefined
  #working: readonly T[] = []

  constructor(how: Gathering<T>) {
    this.#how = how
  }

  add(thing: T): void {
    this.#waiting.push(thing)
    this.#count += this.#how.count(thing)
    if (this.#working.length > 0) return
    if (this.#count >= this.#how.most) void this.#work()
    else this.#timer ??= setTimeout(() => void this.#work(), this.#how.wait)
  }

  /** Takes those who wait and are meant, and forgets them. */
  take(isMeant: (thing: T) => boolean): T[] {
    const taken = this.#waiting.filter(isMeant)
    this.#waiting = this.#waiting.filter((thing) => !isMeant(thing))
    for (const thing of taken) this.#count -= this.#how.count(thing)
    return taken
  }

  /** Ends, and gives what was not dealt with. */
  close(): T[] {
    clearTimeout(this.#timer)
    return [...this.#working, ...this.take(() => true)]
  }

  async #work(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#waiting.length > 0) {
      this.#working = this.#next()
      await this.#how.work(this.#working)
    }
    this.#working = []
  }

  #next(): T[] {
    let [size, count] = [0, 0]
    for (const thing of this.#waiting) {
      count += this.#how.count(thing)
      if (size > 0 && count > this.#how.most) break
      size += 1
    }
    const batch = this.#waiting.splice(0, size)
    for (const thing of batch) this.#count -= this.#how.count(thing)
    return batch
  }
}
