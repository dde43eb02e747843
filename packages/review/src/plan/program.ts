import type { Held } from '@segmentry/postgres/effect'
import type { Block } from './block.ts'
import type { Expression } from './expression.ts'

type Step =
  | { readonly do: 'part'; readonly part: number }
  | { readonly do: 'draw'; readonly draw: number; readonly from: number; readonly to: number }
  | { readonly do: 'all' | 'any'; readonly of: readonly number[] }
  | { readonly do: 'not'; readonly of: number }

/** Conditions on people, each a step over those before it; what several have in common is one step. */
export class Program {
  readonly #steps: Step[] = []
  readonly #places = new Map<string, number>()
  readonly #flags: readonly Held[]

  /** Takes the segments that flags stand for, over their parts. */
  constructor(flags: readonly Held[]) {
    this.#flags = flags
  }

  /** Adds a condition and gives its place in what {@link run} gives. */
  add(one: Expression | Held): number {
    switch (one.is) {
      case 'flag':
        return this.add(this.#flags[one.flag]!)
      case 'part':
        return this.#step({ do: 'part', part: one.part })
      case 'draw':
        return this.#step({ do: 'draw', draw: one.draw, from: one.from, to: one.to })
      case 'not':
        return this.#step({ do: 'not', of: this.add(one.of) })
      case 'all':
      case 'any':
        return this.#step({ do: one.is, of: one.of.map((part) => this.add(part)) })
    }
  }

  #step(step: Step): number {
    const text = JSON.stringify(step)
    const place = this.#places.get(text) ?? this.#steps.push(step) - 1
    this.#places.set(text, place)
    return place
  }

  /** For each condition a row of bits, one for each person of a block. */
  run(block: Block): readonly Uint32Array[] {
    const rows: Uint32Array[] = []
    for (const step of this.#steps) rows.push(rowOf(step, block, rows))
    return rows
  }
}

function rowOf(step: Step, { ids, parts, draws }: Block, rows: readonly Uint32Array[]): Uint32Array {
  const length = Math.ceil(ids.length / 32)
  switch (step.do) {
    case 'part':
      return parts[step.part]!
    case 'draw': {
      const row = new Uint32Array(length)
      for (const [place, drawn] of draws[step.draw]!.entries()) {
        if (drawn >= step.from && drawn < step.to) row[place >>> 5]! |= 1 << (place & 31)
      }
      return row
    }
    case 'not':
      return everybody(ids.length).map((all, i) => all & ~rows[step.of]![i]!)
    case 'all': {
      const row = everybody(ids.length)
      for (const of of step.of) for (let i = 0; i < length; i += 1) row[i]! &= rows[of]![i]!
      return row
    }
    case 'any': {
      const row = new Uint32Array(length)
      for (const of of step.of) for (let i = 0; i < length; i += 1) row[i]! |= rows[of]![i]!
      return row
    }
  }
}

/** A bit for each of so many people, and none after them. */
function everybody(people: number): Uint32Array {
  const row = new Uint32Array(Math.ceil(people / 32)).fill(0xffffffff)
  const left = people % 32
  if (left > 0) row[row.length - 1] = (1 << left) - 1
  return row
}
