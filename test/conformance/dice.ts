import { createHash } from 'node:crypto'

/**
 * Choices that depend on a seed and on what each is for, and on nothing else: a case that shrinks keeps those of what is
 * left of it. The seed 0 always chooses the first, and so nothing unusual.
 */
export class Dice {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  get isPlain(): boolean {
    return this.#seed === 0
  }

  #number(of: string): number {
    if (this.#seed === 0) return 0
    return createHash('sha256').update(`${this.#seed}/${of}`).digest().readUInt32BE()
  }

  pick<T>(of: string, options: readonly [T, ...T[]]): T {
    return options[this.#number(of) % options.length]!
  }

  /** Once in so many times. */
  once(of: string, inTimes: number): boolean {
    return this.#number(of) % inTimes === inTimes - 1
  }

  /** In another order, which is the same whatever is not among them. */
  shuffled<T>(of: string, all: readonly T[], name: (one: T) => string = String): readonly T[] {
    if (this.#seed === 0) return all
    const drawn = all.map((one) => [this.#number(`${of}/${name(one)}`), one] as const)
    return drawn.toSorted(([a], [b]) => a - b).map(([, one]) => one)
  }
}
