import { type EventSelection, type Predicate, shiftMs, stableText } from '@segmentry/core'
import { type Constraint, isImpossible, leastOf, mostOf, narrowed, unconstrained } from './constraint.ts'
import type { Choice, Formula, Literal } from './formula.ts'

/** Everything that is known, by what it is known of. */
interface Known {
  readonly constraints: ReadonlyMap<string, Constraint>
  readonly counts: ReadonlyMap<string, EventSelection>
}

/** How many steps are taken before nothing is claimed. */
const patience = 5_000

/**
 * Whether it is proven that a formula holds of nobody.
 *
 * False means that nothing was proven, not that somebody is there: it looks into values, bounds, closed sets and numbers of
 * events, not into patterns, sequences or calendars.
 */
export function isProvenImpossible(formula: Formula): boolean {
  let steps = 0

  /** Whether nobody is left; `undefined` contradicts what is known. */
  const noneLeft = (pending: readonly Formula[], before: Known): boolean => {
    let known: Known | undefined = before
    let choices: readonly Choice[] = []
    let queue = [...pending]
    for (;;) {
      while (queue.length > 0) {
        if ((steps += 1) > patience) return false
        const next = queue.pop()!
        if (next.kind === 'literal') known = learned(known, next.literal)
        else if (next.kind === 'all') queue.push(...next.of)
        else choices = [...choices, next]
        if (known === undefined) return true
      }
      // An alternative that contradicts what is known is none; a single one left is no alternative.
      const facts: Known = known
      const open: Choice[] = []
      for (const choice of choices) {
        const of = choice.of.filter((one) => !contradicts(one, facts))
        steps += of.length
        if (of.length === 0) return true
        if (of.length === 1) queue.push(of[0]!)
        else open.push({ kind: 'any', of })
      }
      choices = open
      if (queue.length === 0) break
    }
    const [first, ...rest] = choices.toSorted((a, b) => a.of.length - b.of.length)
    return first !== undefined && first.of.every((one) => noneLeft([one, ...rest], known!))
  }

  return noneLeft([formula], { constraints: new Map(), counts: new Map() })
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
  if (one.event !== other.event) return false
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
