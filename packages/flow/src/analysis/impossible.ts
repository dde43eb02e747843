import { eventNames, type EventSelection, type Predicate, shiftMs, stableText } from '@segmentry/core'
import { type Constraint, isImpossible, leastOf, mostOf, narrowed, unconstrained } from './constraint.ts'
import type { Choice, Formula, Literal } from './formula.ts'

/** Everything that is known, by what it is known of. */
interface Known {
  readonly constraints: ReadonlyMap<string, Constraint>
  readonly counts: ReadonlyMap<string, EventSelection>
}

/** How many steps are taken before the search is given up, and nothing claimed. */
const patience = 5_000

/**
 * Whether it is proven that a formula holds of nobody.
 *
 * False means that nothing was proven, not that somebody is there: it looks into values, bounds, closed sets and numbers of
 * events, not into patterns, sequences or calendars.
 */
export function isProvenImpossible(formula: Formula): boolean {
  const effort = { left: patience }

  /** Whether nobody is left of whom all of these hold. */
  const noneLeft = (formulas: readonly Formula[], before: Known): boolean => {
    const settled = settle(formulas, before, effort)
    if (settled === undefined) return true
    const [first, ...rest] = settled.choices.toSorted((a, b) => a.of.length - b.of.length)
    if (first === undefined || effort.left < 0) return false
    return first.of.every((one) => noneLeft([one, ...rest], settled.known))
  }

  return noneLeft([formula], { constraints: new Map(), counts: new Map() })
}

interface Settled {
  readonly known: Known
  /** What is still open: choices with two alternatives or more. */
  readonly choices: readonly Choice[]
}

/** What follows at once when all formulas hold; `undefined` when they contradict each other or what is known. */
function settle(formulas: readonly Formula[], before: Known, effort: { left: number }): Settled | undefined {
  let known = before
  let choices: Choice[] = []
  const queue = [...formulas]
  while (queue.length > 0 && effort.left >= 0) {
    for (let next = queue.pop(); next !== undefined && effort.left >= 0; next = queue.pop()) {
      effort.left -= 1
      if (next.kind === 'all') queue.push(...next.of)
      else if (next.kind === 'any') choices.push(next)
      else {
        const more = learned(known, next.literal)
        if (more === undefined) return undefined
        known = more
      }
    }
    // An alternative that contradicts what is known is none, and a single one that is left is a fact.
    const open: Choice[] = []
    for (const choice of choices) {
      const of = choice.of.filter((one) => !contradicts(one, known))
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
function contradicts(formula: Formula, known: Known): boolean {
  if (formula.kind === 'literal') return learned(known, formula.literal) === undefined
  if (formula.kind === 'all') return formula.of.some((one) => contradicts(one, known))
  return formula.of.every((one) => contradicts(one, known))
}

/** What is known with a literal more; `undefined` when it cannot be. */
function learned(known: Known, { of, domain, test, missing, counts }: Literal): Known | undefined {
  const constraint = narrowed(known.constraints.get(of) ?? unconstrained(domain), test, missing)
  if (isImpossible(constraint)) return undefined
  const now: Known = {
    constraints: new Map(known.constraints).set(of, constraint),
    counts: counts === undefined ? known.counts : new Map(known.counts).set(of, counts),
  }
  return counts !== undefined && countsContradict(of, counts, now) ? undefined : now
}

/** Whether more events of a narrower selection are known than there can be of a wider one. */
function countsContradict(of: string, selection: EventSelection, { constraints, counts }: Known): boolean {
  const own = constraints.get(of)!
  for (const [text, other] of counts) {
    const theirs = constraints.get(text)!
    if (isPartOf(selection, other) && leastOf(own) > mostOf(theirs)) return true
    if (isPartOf(other, selection) && leastOf(theirs) > mostOf(own)) return true
  }
  return false
}

/** Whether every event that the one selection counts is counted by the other. */
function isPartOf(one: EventSelection, other: EventSelection): boolean {
  const names = new Set(eventNames(other.event))
  if (!eventNames(one.event).every((name) => names.has(name))) return false
  const where = new Set((one.where ?? []).map(stableText))
  return (
    (other.where ?? []).every((test) => where.has(stableText(test))) &&
    (other.at ?? []).every((wide) => (one.at ?? []).some((narrow) => isWithin(narrow, wide)))
  )
}

/** Whether an instant that passes the one test passes the other. */
function isWithin(narrow: Predicate, wide: Predicate): boolean {
  if (stableText(narrow) === stableText(wide)) return true
  if (narrow.op !== 'during' || wide.op !== 'during' || narrow.negated || wide.negated) return false
  const [inner, outer] = [narrow.window, wide.window]
  if (inner.over !== 'clock' || outer.over !== 'clock') return false
  const from = (shift: string | undefined): number => (shift === undefined ? -Infinity : shiftMs(shift)!)
  const to = (shift: string | undefined): number => (shift === undefined ? Infinity : shiftMs(shift)!)
  return from(inner.after) >= from(outer.after) && to(inner.until) <= to(outer.until)
}
