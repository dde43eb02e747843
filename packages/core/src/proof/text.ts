import type { Statement } from '../predicate/predicate.ts'
import { foldAscii, parsePattern } from '../text/pattern.ts'
import { isBlankText } from '../text/white-space.ts'

// What statements about text say of each other, whatever the text is.

/** What is looked for in a text, and whether its case matters. */
interface Affix {
  readonly op: 'contains' | 'startsWith' | 'endsWith'
  readonly text: string
  readonly ignoresCase: boolean
}

const affixOps: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith'])
const hasLetters = /[A-Za-z]/

/** The places in a text that a statement makes certain; of an address at several domains there are several, of which one holds. */
function affixes(statement: Statement): readonly Affix[] {
  if (statement.op === 'emailDomain') {
    return statement.domains.map((domain) => ({
      op: 'endsWith',
      text: `@${foldAscii(domain)}`,
      ignoresCase: true,
    }))
  }
  if (!affixOps.has(statement.op)) return []
  const { op, value, ignoringCase = false } = statement as Extract<Statement, { op: Affix['op'] }>
  return [{ op, text: ignoringCase ? foldAscii(value) : value, ignoresCase: ignoringCase }]
}

/** Both texts as they compare; `undefined` when the first, known up to its case, says nothing of the exact second. */
function compared(one: Affix, other: Affix): readonly [string, string] | undefined {
  if (!one.ignoresCase && !other.ignoresCase) return [one.text, other.text]
  if (!other.ignoresCase && hasLetters.test(other.text)) return undefined
  return [foldAscii(one.text), foldAscii(other.text)]
}

function affixImplies(one: Affix, other: Affix): boolean {
  const [mine, theirs] = compared(one, other) ?? []
  if (mine === undefined || theirs === undefined) return false
  switch (other.op) {
    case 'contains':
      return mine.includes(theirs)
    case 'startsWith':
      return one.op === 'startsWith' && mine.startsWith(theirs)
    case 'endsWith':
      return one.op === 'endsWith' && mine.endsWith(theirs)
  }
}

/** Whether each text of which the one statement holds is one of which the other does. */
export function sayImplies(one: Statement, other: Statement): boolean {
  const mine = affixes(one)
  if (mine.length === 0 || other.op === 'emailDomain') return false
  const theirs = affixes(other)[0]
  return theirs !== undefined && mine.every((affix) => affixImplies(affix, theirs))
}

/** Whether there is no text of which both statements hold. */
export function sayExcludes(one: Statement, other: Statement): boolean {
  if (other.op === 'blank') return one.op !== 'blank' && sayExcludes(other, one)
  const theirs = affixes(other)
  if (theirs.length === 0) return false
  if (one.op === 'blank') return theirs.every(({ text }) => !isBlankText(text))
  const mine = affixes(one)
  return mine.length > 0 && mine.every((a) => theirs.every((b) => affixExcludes(a, b)))
}

function affixExcludes(one: Affix, other: Affix): boolean {
  if (one.op !== other.op || one.op === 'contains') return false
  const fold = one.ignoresCase || other.ignoresCase
  const [a, b] = fold ? [foldAscii(one.text), foldAscii(other.text)] : [one.text, other.text]
  return one.op === 'startsWith' ? !a.startsWith(b) && !b.startsWith(a) : !a.endsWith(b) && !b.endsWith(a)
}

/** A pattern as the simpler statement that means the same, where there is one: `abc*` starts with abc. */
export function simplerPattern(statement: Extract<Statement, { op: 'matches' }>): Statement {
  const parsed = parsePattern(statement.pattern)
  if (parsed.kind === 'fault') return statement
  const [first, last] = [parsed.pieces[0]?.kind === 'run', parsed.pieces.at(-1)?.kind === 'run']
  const middle = parsed.pieces.slice(first ? 1 : 0, last ? -1 : undefined)
  // One run alone is all there is, and any text.
  if (middle.length === 0) return { op: 'present' }
  const points = middle.flatMap((piece) => (piece.kind === 'point' ? [piece.point] : []))
  if (points.length < middle.length) return statement
  const { ignoringCase } = statement
  const exact = String.fromCodePoint(...points)
  const value = ignoringCase === true ? foldAscii(exact) : exact
  const op = first ? (last ? 'contains' : 'endsWith') : last ? 'startsWith' : 'is'
  return { op, value, ...(ignoringCase === true && { ignoringCase }) }
}
