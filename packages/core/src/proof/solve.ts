import { always, type Choice, type Formula } from './formula.ts'
import { type Effort, isContrary, type Known, learned, nothing } from './known.ts'

/** How many steps are taken before a search is given up, and nothing claimed. */
const patience = 5_000

/**
 * Whether it is proven that formulas cannot all hold of anybody.
 *
 * False means that nothing was proven, not that somebody is there.
 */
export function areProvenImpossible(formulas: readonly Formula[]): boolean {
  const remembered = new Map<Formula, Map<Formula, boolean>>()
  const effort: Effort = {
    left: patience,
    answers: new Map(),
    excludes: (one, other = always) => {
      const known = remembered.get(one) ?? new Map<Formula, boolean>()
      remembered.set(one, known)
      const answer = known.get(other) ?? noneLeft([one, other], nothing, effort)
      known.set(other, answer)
      return answer
    },
  }
  return noneLeft(formulas, nothing, effort)
}

/** Whether nobody is left of whom all of these hold. */
function noneLeft(formulas: readonly Formula[], before: Known, effort: Effort): boolean {
  const settled = settle(formulas, before, effort)
  if (settled === undefined) return true
  const [first] = settled.choices.toSorted((a, b) => a.of.length - b.of.length)
  if (first === undefined || effort.left < 0) return false
  const rest = settled.choices.filter((choice) => choice !== first)
  return first.of.every((one) => noneLeft([one, ...rest], settled.known, effort))
}

interface Settled {
  readonly known: Known
  /** What is still open: choices with two alternatives or more. */
  readonly choices: readonly Choice[]
}

/** What follows at once when all formulas hold; `undefined` when they contradict each other or what is known. */
function settle(formulas: readonly Formula[], before: Known, effort: Effort): Settled | undefined {
  let known = before
  let choices: Choice[] = []
  const queue = [...formulas]
  while (queue.length > 0 && effort.left >= 0) {
    for (let next = queue.pop(); next !== undefined && effort.left >= 0; next = queue.pop()) {
      effort.left -= 1
      if (next.kind === 'all') queue.push(...next.of)
      else if (next.kind === 'any') choices.push(next)
      else {
        const more = learned(known, next.literal, effort)
        if (more === undefined) return undefined
        known = more
      }
    }
    // An alternative that contradicts what is known is none, and a single one that is left is a fact.
    const open: Choice[] = []
    for (const choice of choices) {
      const of = choice.of.filter((one) => !contradicts(one, known, effort))
      effort.left -= choice.of.length
      if (of.length === 0) return undefined
      if (of.length === 1) queue.push(of[0]!)
      else open.push({ kind: 'any', of })
    }
    choices = open
  }
  return { known, choices }
}

/** Whether a literal, or one of those that all have to hold, cannot be. */
function contradicts(formula: Formula, known: Known, effort: Effort): boolean {
  if (effort.left < 0) return false
  if (formula.kind === 'literal') return isContrary(known, formula.literal, effort)
  if (formula.kind === 'all') return formula.of.some((one) => contradicts(one, known, effort))
  return formula.of.every((one) => contradicts(one, known, effort))
}
