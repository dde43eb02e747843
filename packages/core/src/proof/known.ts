import { stableText } from '../definition/canonical.ts'
import type { Amount, Existence, Fit, Formula, Literal, Selected, Test, Value } from './formula.ts'
import type { Statement } from '../predicate/predicate.ts'
import { leastOf, mostOf, narrowed, type Range, unknown } from './range.ts'
import { sayExcludes, sayImplies } from './text.ts'

// What is known of the things a rule looks at. A rule says several things of each, and the question is whether anything is left
// that it could be.

/** What one search may take, and what it has found out. */
export interface Effort {
  /** How many steps are left before it is given up. */
  left: number
  /** Whether it is proven that one or two formulas cannot hold of anything in a world of its own. */
  readonly excludes: (one: Formula, other?: Formula) => boolean
  /** Which values pass which tests, as they meet again and again. */
  readonly answers: Map<Fit, Map<Value, boolean>>
}

/** Everything that is known of one thing. */
interface Constraint {
  readonly ranges: ReadonlyMap<string, Range>
  readonly fits: readonly Fit[]
  readonly said: readonly { readonly statement: Statement; readonly text: string; readonly holds: boolean }[]
  readonly some: readonly { readonly existence: Existence; readonly holds: boolean }[]
  /** It may be missing. */
  readonly missing: boolean
  /** No value is left. */
  readonly empty: boolean
}

/** Everything that is known, by what it is known of. */
export interface Known {
  readonly things: ReadonlyMap<string, Constraint>
  readonly amounts: ReadonlyMap<string, Amount>
}

export const nothing: Known = { things: new Map(), amounts: new Map() }

const untold: Constraint = {
  ranges: new Map(),
  fits: [],
  said: [],
  some: [],
  missing: true,
  empty: false,
}

/** What is known with a literal more; `undefined` when it cannot be. */
export function learned(known: Known, literal: Literal, effort: Effort): Known | undefined {
  const after = constrained(known, literal, effort)
  if (after === undefined) return undefined
  const { of, amount } = literal
  return {
    things: new Map(known.things).set(of, after),
    amounts: amount === undefined ? known.amounts : new Map(known.amounts).set(of, amount),
  }
}

/** Whether a literal cannot be, with what is known. */
export const isContrary = (known: Known, literal: Literal, effort: Effort): boolean =>
  constrained(known, literal, effort) === undefined

/** What is known of its thing with a literal more; `undefined` when it cannot be. */
function constrained(
  known: Known,
  { of, test, missing, fit, amount }: Literal,
  effort: Effort,
): Constraint | undefined {
  const before = known.things.get(of) ?? untold
  const isMissing = before.missing && missing
  const after = tested(
    isMissing === before.missing ? before : { ...before, missing: false },
    test,
    fit,
    effort,
  )
  if (after.empty && !after.missing) return undefined
  const own = after.ranges.get('value')
  return amount !== undefined && amountsContradict(of, own, amount, known, effort) ? undefined : after
}

function tested(known: Constraint, test: Test, fit: Fit | undefined, effort: Effort): Constraint {
  if (known.empty) return known
  const told = applied(known, test, effort)
  const fits = fit === undefined || known.fits.includes(fit) ? known.fits : [...known.fits, fit]
  return told === undefined ? { ...known, empty: true } : fitted({ ...told, fits }, known, effort)
}

/** What is known with a test more; `undefined` when no value passes. */
function applied(known: Constraint, test: Test, effort: Effort): Constraint | undefined {
  switch (test.is) {
    case 'present':
      return known
    case 'absent':
      return undefined
    case 'said': {
      const { statement, holds } = test
      const text = stableText(statement)
      const contradicts = known.said.some((other) =>
        other.text === text
          ? other.holds !== holds
          : holds && other.holds
            ? sayExcludes(statement, other.statement)
            : holds !== other.holds &&
              (holds ? sayImplies(statement, other.statement) : sayImplies(other.statement, statement)),
      )
      return contradicts ? undefined : { ...known, said: [...known.said, { statement, text, holds }] }
    }
    case 'some':
      return existing(known, test, effort)
    case 'more':
      return isPartOf(test.events, test.than, effort) ? undefined : known
    default: {
      const { name } = test.on
      if ('values' in test) effort.left -= test.values.length >> 6
      const range = narrowed(known.ranges.get(name) ?? unknown(test.on), test)
      if (range === undefined) return undefined
      const ranges = new Map(known.ranges).set(name, range)
      return calendarsContradict(ranges) ? undefined : { ...known, ranges }
    }
  }
}

/** Something exists, or nothing does: what exists is none of what does not. */
function existing(
  known: Constraint,
  { existence, holds }: Extract<Test, { is: 'some' }>,
  effort: Effort,
): Constraint | undefined {
  if (holds && effort.excludes(existence.of)) return undefined
  for (const other of known.some) {
    if (other.holds === holds) continue
    const [is, isNot] = holds ? [existence, other.existence] : [other.existence, existence]
    if (is.text === isNot.text || effort.excludes(is.of, isNot.not)) return undefined
  }
  return { ...known, some: [...known.some, { existence, holds }] }
}

/** An instant of a later period lies after the clock; one of this day lies in this month. */
function calendarsContradict(ranges: Constraint['ranges']): boolean {
  const clock = ranges.get('clock')
  for (const range of ranges.values()) {
    const { within } = range.scale
    if (within === undefined) continue
    const [least, most] = [leastOf(range), mostOf(range)]
    if (least >= 1 && mostOf(clock) <= 0) return true
    if (most <= -1 && leastOf(clock) >= 0) return true
    for (const [other, longer] of ranges) {
      if (!within(other)) continue
      if ((least >= 0 && mostOf(longer) < 0) || (most <= 0 && leastOf(longer) > 0)) return true
    }
  }
  return false
}

/** More values than these are not looked through. */
const few = 100

/** Whether a known value passes a whole test. */
function passes(fit: Fit, value: Value, effort: Effort): boolean {
  const known = effort.answers.get(fit) ?? new Map<Value, boolean>()
  effort.answers.set(fit, known)
  let answer = known.get(value)
  if (answer === undefined) {
    effort.left -= 1 + ((String(value).length * fit.size) >> 12)
    answer = fit.passes(value)
    known.set(value, answer)
  }
  return answer
}

/** The scales whose values are looked at, and the tests that such a value is enough for. */
const looked: readonly (readonly [string, (fit: Fit) => boolean])[] = [
  ['value', () => true],
  // Of text that is known but for its case, what does not look at the case.
  ['folded', (fit) => fit.ignoresCase],
]

/** Where only a few values are left, those that pass everything that is said. */
function fitted(known: Constraint, before: Constraint, effort: Effort): Constraint {
  let { ranges } = known
  if (known.fits.length === 0) return known
  for (const [name, isEnough] of looked) {
    const range = ranges.get(name)
    if (range?.among === undefined || range.among.length > few) continue
    const had = before.ranges.get(name)?.among
    // What was left before has passed what was said before.
    const isOld = had !== undefined && had.length <= few
    const fits = (isOld ? known.fits.slice(before.fits.length) : known.fits).filter(isEnough)
    const among = range.among.filter((value) =>
      fits.every((fit) => effort.left < 0 || passes(fit, value, effort)),
    )
    if (among.length === 0) return { ...known, empty: true }
    if (among.length < range.among.length) ranges = new Map(ranges).set(name, { ...range, among })
  }
  return ranges === known.ranges ? known : { ...known, ranges }
}

/** Whether there are more events of a narrower selection than there can be of a wider one, or some of one that selects none. */
function amountsContradict(
  of: string,
  own: Range | undefined,
  amount: Amount,
  { things, amounts }: Known,
  effort: Effort,
): boolean {
  const [least, most] = [leastOf(own), mostOf(own)]
  if (least > 0 && amount.of === 'count' && effort.excludes(amount.events.of)) return true
  for (const [text, other] of amounts) {
    if (text === of) continue
    const theirs = things.get(text)?.ranges.get('value')
    if (least > mostOf(theirs) && isAtMost(amount, other, effort)) return true
    if (leastOf(theirs) > most && isAtMost(other, amount, effort)) return true
  }
  return false
}

/** Whether the one number is never greater than the other. */
function isAtMost(one: Amount, other: Amount, effort: Effort): boolean {
  if (other.of !== 'count' && one.text !== other.text) return false
  if (other.of === 'count' && one.of !== 'count' && one.lessens !== undefined) return false
  if (other.lessens !== undefined && !effort.excludes(other.events.of, other.lessens)) return false
  return isPartOf(one.events, other.events, effort)
}

/** Whether every event of the one selection is one of the other. */
function isPartOf(one: Selected, other: Selected, effort: Effort): boolean {
  for (const name of one.names) if (!other.names.has(name)) return false
  return effort.excludes(one.of, other.not)
}
