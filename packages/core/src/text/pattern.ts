// A language for whole texts that is small enough to mean the same here and in Postgres, and that no text makes slow:
// `*` any run of characters, `?` any one, `[a-z]` and `[^a-z]` one of a set, `\` escapes, anything else is itself.

/** From one code point to another, both included. */
export type PointRange = readonly [from: number, to: number]

/** What one place of a text has to be; `run` is any number of characters, also none. */
export type Piece =
  | { readonly kind: 'run' }
  | { readonly kind: 'any' }
  | { readonly kind: 'point'; readonly point: number }
  /** One character that is, or when negated is not, in the ranges, which are in order and do not touch. */
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly PointRange[] }

/** A parsed pattern in its one form: no run follows a run or stands before an `any`, no set is of one character. */
export interface Pattern {
  readonly kind: 'pattern'
  readonly pieces: readonly Piece[]
}

/** Why a text is no pattern; `at` counts code points. */
export interface PatternFault {
  readonly kind: 'fault'
  readonly at: number
  readonly found: string
  readonly expected: string
}

/** The most pieces that a pattern has. */
export const mostPieces = 200

const escapable = '*?[]\\^-'

type Read<T> = { readonly kind: 'read'; readonly value: T; readonly next: number } | PatternFault

const read = <T>(value: T, next: number): Read<T> => ({ kind: 'read', value, next })

const fault = (at: number, found: string | undefined, expected: string): PatternFault => ({
  kind: 'fault',
  at,
  found: found ?? 'the end of the pattern',
  expected,
})

function readPoint(chars: readonly string[], at: number): Read<number> {
  const char = chars[at]!
  if (char !== '\\') return read(char.codePointAt(0)!, at + 1)
  const escaped = chars[at + 1]
  return escaped !== undefined && escapable.includes(escaped)
    ? read(escaped.codePointAt(0)!, at + 2)
    : fault(at + 1, escaped, 'one of * ? [ ] \\ ^ - after \\')
}

/** One character or range of a set; a bare `-` is itself only at either end of the set. */
function readRange(chars: readonly string[], at: number, first: boolean): Read<PointRange> {
  const last = (here: number): boolean => chars[here + 1] === ']'
  const bare = 'a character, - as \\-'
  if (chars[at] === '-' && !first && !last(at)) return fault(at, '-', bare)
  const from = readPoint(chars, at)
  if (from.kind === 'fault') return from
  const dash = from.next
  if (chars[dash] !== '-' || last(dash)) return read([from.value, from.value], dash)
  const end = chars[dash + 1]
  if (end === undefined || end === '-') return fault(dash + 1, end, bare)
  const to = readPoint(chars, dash + 1)
  if (to.kind === 'fault') return to
  return to.value < from.value
    ? fault(at, chars.slice(at, to.next).join(''), 'a range whose end is not before its start')
    : read([from.value, to.value], to.next)
}

function readSet(chars: readonly string[], open: number): Read<Piece> {
  const negated = chars[open + 1] === '^'
  const start = open + (negated ? 2 : 1)
  const ranges: PointRange[] = []
  let at = start
  while (chars[at] !== ']') {
    if (chars[at] === undefined) return fault(at, undefined, 'a ] that ends the set')
    const range = readRange(chars, at, at === start)
    if (range.kind === 'fault') return range
    ranges.push(range.value)
    at = range.next
  }
  return ranges.length === 0 ? fault(at, ']', 'a character of the set') : read(oneOf(negated, ranges), at + 1)
}

// No text has lone surrogates, so the character before U+E000 is U+D7FF.
const after = (point: number): number => (point === 0xd7ff ? 0xe000 : point + 1)

function oneOf(negated: boolean, unordered: readonly PointRange[]): Piece {
  const ranges: PointRange[] = []
  for (const [from, to] of unordered.toSorted((a, b) => a[0] - b[0])) {
    const last = ranges.at(-1)
    if (last && from <= after(last[1])) ranges[ranges.length - 1] = [last[0], Math.max(last[1], to)]
    else ranges.push([from, to])
  }
  const [from, to] = ranges[0]!
  return !negated && ranges.length === 1 && from === to
    ? { kind: 'point', point: from }
    : { kind: 'set', negated, ranges }
}

function readPiece(chars: readonly string[], at: number): Read<Piece> {
  if (chars[at] === '*') return read({ kind: 'run' }, at + 1)
  if (chars[at] === '?') return read({ kind: 'any' }, at + 1)
  if (chars[at] === '[') return readSet(chars, at)
  const point = readPoint(chars, at)
  return point.kind === 'fault' ? point : read({ kind: 'point', point: point.value }, point.next)
}

/**
 * Reads a pattern, or says where it is not one.
 *
 * `*` is any run of characters, also none; `?` is any one character; `[abc]`, `[a-z]` and `[^abc]` are one
 * character of a set; `\` escapes one of `* ? [ ] \ ^ -`; anything else is itself. Characters are code points,
 * line ends included, and the whole text has to match.
 */
export function parsePattern(text: string): Pattern | PatternFault {
  const chars = [...text]
  if (chars.length === 0) return fault(0, undefined, 'a pattern of at least one character')
  const stray = chars.findIndex((char) => char === '\0' || !char.isWellFormed())
  if (stray >= 0) {
    const code = chars[stray]!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    return fault(stray, `U+${code}`, 'text without U+0000 and lone surrogates')
  }
  const pieces: Piece[] = []
  for (let at = 0; at < chars.length;) {
    const piece = readPiece(chars, at)
    if (piece.kind === 'fault') return piece
    const afterRun = pieces.at(-1)?.kind === 'run'
    // `*?` is `?*`, and `**` is `*`: one form for what means the same.
    if (afterRun && piece.value.kind === 'any') pieces.splice(-1, 0, piece.value)
    else if (!afterRun || piece.value.kind !== 'run') pieces.push(piece.value)
    if (pieces.length > mostPieces) return fault(at, 'one piece more', `at most ${mostPieces} pieces`)
    at = piece.next
  }
  return { kind: 'pattern', pieces }
}

function accepts(piece: Piece, point: number): boolean {
  switch (piece.kind) {
    case 'point':
      return piece.point === point
    case 'set':
      return piece.negated !== piece.ranges.some(([from, to]) => from <= point && point <= to)
    default:
      return true
  }
}

const width = (point: number): number => (point > 0xffff ? 2 : 1)

/** Where the pieces from one to another, none of them a run, end when they begin at a place of the text; or -1. */
function endOf(pieces: readonly Piece[], from: number, to: number, text: string, start: number): number {
  let at = start
  for (let i = from; i < to; i++) {
    const point = text.codePointAt(at)
    if (point === undefined || !accepts(pieces[i]!, point)) return -1
    at += width(point)
  }
  return at
}

/** Where the first match of the pieces that begins at a place or after it ends, or -1. */
function endOfFirst(pieces: readonly Piece[], from: number, to: number, text: string, start: number): number {
  // A character has at least one code unit, so a match does not begin where less text is left.
  for (let at = start; at <= text.length - (to - from); at += width(text.codePointAt(at)!)) {
    const end = endOf(pieces, from, to, text, at)
    if (end >= 0) return end
  }
  return -1
}

/** Where the last characters of a text begin, or -1 where it has fewer. */
function startOfLast(count: number, text: string): number {
  let at = text.length
  for (let i = 0; i < count; i++) {
    if (at === 0) return -1
    at -= at > 1 ? width(text.codePointAt(at - 2)!) : 1
  }
  return at
}

/**
 * Whether the whole text is as the pattern says.
 *
 * No choice is ever taken back: what stands between two runs matches where it first can, since an earlier end
 * leaves more to those that follow, and what follows the last run can only match at the end. So a piece meets a
 * character at most once.
 */
export function matchesPattern({ pieces }: Pattern, text: string): boolean {
  let [at, from] = [0, 0]
  for (let to = 0; to < pieces.length; to++) {
    if (pieces[to]!.kind !== 'run') continue
    at = from === 0 ? endOf(pieces, from, to, text, at) : endOfFirst(pieces, from, to, text, at)
    if (at < 0) return false
    from = to + 1
  }
  const start = from === 0 ? 0 : startOfLast(pieces.length - from, text)
  return start >= at && endOf(pieces, from, pieces.length, text, start) === text.length
}

/** How pieces are written: a pattern and a regular expression differ in little else than what they escape. */
interface Notation {
  readonly run: string
  readonly any: string
  readonly special: string
  readonly specialInSet: string
}

function written(pieces: readonly Piece[], { run, any, special, specialInSet }: Notation): string {
  const escape = (point: number, escaped: string): string => {
    const char = String.fromCodePoint(point)
    return escaped.includes(char) ? `\\${char}` : char
  }
  const range = ([from, to]: PointRange): string => {
    const [first, last] = [escape(from, specialInSet), escape(to, specialInSet)]
    return from === to ? first : `${first}${after(from) === to ? '' : '-'}${last}`
  }
  const texts = pieces.map((piece) => {
    switch (piece.kind) {
      case 'run':
        return run
      case 'any':
        return any
      case 'point':
        return escape(piece.point, special)
      case 'set':
        return `[${piece.negated ? '^' : ''}${piece.ranges.map(range).join('')}]`
    }
  })
  return texts.join('')
}

/** The one spelling of a pattern, whichever way it was written: `[cab]**` is `[a-c]*`. */
export const patternText = ({ pieces }: Pattern): string =>
  written(pieces, { run: '*', any: '?', special: '*?[\\', specialInSet: ']\\^-' })

// A backslash before any other ASCII character than a letter or digit makes it that character, inside brackets too, so
// that none of `[:`, `[.`, `[=`, `^`, `-` and `]` can come about.
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

/**
 * The Postgres regular expression that means the same in `value COLLATE "C" ~ regex`.
 *
 * It begins with `^`, so that no director (`***=`) and no option (`(?i)`) can; then `.` is every character, line
 * ends included, and `$` only the very end.
 */
export const patternRegex = ({ pieces }: Pattern): string =>
  `^${written(pieces, { run: '.*', any: '.', special: punctuation, specialInSet: punctuation })}$`

/** Text with A to Z in lower case, and nothing else changed: what `ignoringCase` compares. */
export const foldAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

const [upperA, upperZ, toLower] = [0x41, 0x5a, 0x20]

/** What a range of characters is once they are folded. */
function foldRange([from, to]: PointRange): PointRange[] {
  const [first, last] = [Math.max(from, upperA), Math.min(to, upperZ)]
  if (first > last) return [[from, to]]
  const parts: PointRange[] = [
    [from, first - 1],
    [first + toLower, last + toLower],
    [last + 1, to],
  ]
  return parts.filter(([start, end]) => start <= end)
}

/**
 * The pattern that a folded text matches when the text matches this one in some case of its ASCII letters.
 *
 * A pattern's text cannot be folded instead: `[A-_]` would become a range that ends before its start.
 */
export const foldPattern = ({ pieces }: Pattern): Pattern => ({
  kind: 'pattern',
  pieces: pieces.map((piece) => {
    if (piece.kind === 'set') return oneOf(piece.negated, piece.ranges.flatMap(foldRange))
    return piece.kind === 'point' ? oneOf(false, foldRange([piece.point, piece.point])) : piece
  }),
})
