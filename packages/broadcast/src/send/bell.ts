/** Wakes who waits. A ring that nobody waits for is kept for the next one who does. */
export class Bell {
  #hasRung = false
  #waiting: (() => void) | undefined

  ring(): void {
    this.#hasRung = true
    this.#waiting?.()
  }

  /** Waits for a ring, or for so many milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, milliseconds))
        this.#waiting = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#waiting = undefined
    }
    this.#hasRung = false
  }
}
