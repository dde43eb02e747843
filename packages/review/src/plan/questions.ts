import { type Countable, hashRule, hashSetSegment, isSetSegment, ruleOf } from '@segmentry/core'
import type { Expression } from './expression.ts'

/** Gives a count once all are known. */
export type Count = (counts: readonly number[]) => number

/**
 * Everything that is to be counted of the population, gathered before anything is asked: it is then one look at everybody, in which what
 * several segments have in common is worked out once.
 */
export class Questions {
  readonly #flags = new Map<string, number>()
  readonly #segments: Countable[] = []
  readonly #salts: string[] = []
  readonly #counts: Expression[] = []
  readonly #places = new Map<string, number>()

  /** The segments that people may be in. */
  get segments(): readonly Countable[] {
    return this.#segments
  }

  get salts(): readonly string[] {
    return this.#salts
  }

  /** What is counted. */
  get counts(): readonly Expression[] {
    return this.#counts
  }

  /** That a person is in a segment. */
  flag(segment: Countable): Expression {
    const hash = isSetSegment(segment) ? `top ${hashSetSegment(segment)}` : hashRule(ruleOf(segment))
    const known = this.#flags.get(hash)
    if (known !== undefined) return { is: 'flag', flag: known }
    const flag = this.#segments.push(segment) - 1
    this.#flags.set(hash, flag)
    return { is: 'flag', flag }
  }

  /** That the number drawn for a person lies in `[from, to)`. */
  draw(salt: string, from: number, to: number): Expression {
    const known = this.#salts.indexOf(salt)
    const draw = known >= 0 ? known : this.#salts.push(salt) - 1
    return { is: 'draw', draw, from, to }
  }

  /** Counts the people of whom a condition holds. */
  count(expression: Expression): Count {
    const text = JSON.stringify(expression)
    const place = this.#places.get(text) ?? this.#counts.push(expression) - 1
    this.#places.set(text, place)
    return (counts) => counts[place]!
  }
}
