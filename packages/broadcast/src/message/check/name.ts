import { type FieldInfo, nearest, type Schema, unknownName, type ValueType } from '@segmentry/core'
import { type LiteralToken, type PropertyAccessToken, type Token, TokenKind } from 'liquidjs'
import type { MessageIssue, MessageIssueCode } from '../errors.ts'
import type { MessageValue } from '../template.ts'
import { anyShape, elementOf, numberShape, type Shape, textShape, type Thing, valueShape } from './shape.ts'

/** What names mean in a message. */
export interface Names {
  readonly schema: Schema
  /** The fields that have a default. */
  readonly defaults: ReadonlySet<string>
  /** What is the same for everybody, by name. */
  readonly data: ReadonlyMap<string, MessageValue>
}

/** What a part was found to use. */
export interface Found {
  readonly issues: MessageIssue[]
  /** Every field that is looked at. */
  readonly fields: Set<string>
  /** Those that somebody has to have, or the part cannot be rendered. */
  readonly needs: Set<string>
}

/** What is known at a place of a template. */
export interface State {
  readonly locals: ReadonlyMap<string, Thing>
  /** What has been asked for, and is there. */
  readonly facts: ReadonlySet<string>
}

type Report = (
  code: MessageIssueCode,
  token: Token,
  message: string,
  found: string,
  expected: string,
  suggestion?: string,
) => void

/** One step of a path: a name or an index that is written, or `undefined` for one that is worked out. */
type Step = string | number | undefined

const stepOf = (token: Token): Step =>
  token.kind === TokenKind.PropertyAccess || token.kind === TokenKind.Range
    ? undefined
    : (token as unknown as { readonly content: string | number }).content

/** The steps of a name as it is written, or `undefined` for what is no name. */
export function stepsOf(token: Token): readonly Step[] | undefined {
  if (token.kind !== TokenKind.PropertyAccess) return undefined
  const { variable, props } = token as PropertyAccessToken
  return variable === undefined ? props.map(stepOf) : undefined
}

/** A name with dots, for errors and for what is known to be there. */
export const pathText = (steps: readonly Step[]): string =>
  steps.map((step) => (step === undefined ? '[…]' : String(step))).join('.')

/** Tells what a name means, and reports what it cannot. */
export class Reader {
  readonly #names: Names
  readonly #found: Found
  readonly #report: Report

  constructor(names: Names, found: Found, report: Report) {
    this.#names = names
    this.#found = found
    this.#report = report
  }

  /** What an operand is; with `lenient` it need not be there. */
  thing(token: Token, state: State, lenient: boolean): Thing {
    switch (token.kind) {
      case TokenKind.Quoted:
        return { shape: textShape, certain: true }
      case TokenKind.Number:
        return { shape: numberShape, certain: true }
      case TokenKind.Literal: {
        const { literal } = token as LiteralToken
        const isNothing = literal !== 'true' && literal !== 'false'
        return { shape: isNothing ? anyShape : valueShape({ kind: 'boolean' }), certain: !isNothing }
      }
      case TokenKind.Range: {
        const { lhs, rhs } = token as unknown as { readonly lhs: Token; readonly rhs: Token }
        for (const end of [lhs, rhs]) this.thing(end, state, false)
        return { shape: valueShape({ kind: 'list', of: { kind: 'integer' } }), certain: true }
      }
      case TokenKind.PropertyAccess:
        return this.#named(token as PropertyAccessToken, state, lenient)
      default:
        return { shape: anyShape, certain: true }
    }
  }

  #named(token: PropertyAccessToken, state: State, lenient: boolean): Thing {
    // An index that is a name of its own has to be there.
    for (const prop of token.props) if (prop.kind === TokenKind.PropertyAccess) this.thing(prop, state, false)
    const steps = stepsOf(token)
    if (steps === undefined) return this.thing(token.variable!, state, lenient)
    const root = String(steps[0])
    const local = state.locals.get(root)
    const { data, schema } = this.#names
    const found = local
      ? this.#inside(token, local, steps, 1, state, lenient)
      : root === 'person'
        ? this.#person(token, steps, state, lenient)
        : data.has(root)
          ? this.#inside(
              token,
              { shape: { kind: 'data', data: data.get(root)! }, certain: true },
              steps,
              1,
              state,
              lenient,
            )
          : undefined
    if (!found) {
      const known = ['person', ...data.keys(), ...state.locals.keys()]
      const suggestion = schema.fields.has(pathText(steps))
        ? `person.${pathText(steps)}`
        : nearest(root, known)
      const message = unknownName('variable', root, suggestion)
      this.#report('unknown-variable', token, message, root, `one of ${known.join(', ')}`, suggestion)
      return { shape: anyShape, certain: true }
    }
    const certain = found.certain || state.facts.has(pathText(steps))
    if (!certain && !lenient) this.#missing(token, steps)
    return { shape: found.shape, certain: certain || !lenient }
  }

  #missing(token: Token, steps: readonly Step[]): void {
    const name = pathText(steps)
    const expected = `a default: {{ ${name} | default: '…' }}, or {% if ${name} %} around it`
    this.#report('may-be-missing', token, `'${name}' may be nothing: add ${expected}`, `'${name}'`, expected)
  }

  #person(token: Token, steps: readonly Step[], state: State, lenient: boolean): Thing {
    const { fields } = this.#names.schema
    const [, first] = steps
    if (first === undefined) {
      const found = steps.length > 1 ? 'a field whose name is worked out' : "'person' by itself"
      this.#report(
        'wrong-value',
        token,
        `found ${found}, expected a field such as person.${[...fields.keys()][0] ?? 'id'}`,
        found,
        'a field',
      )
      return { shape: anyShape, certain: true }
    }
    if (first === 'id' && !fields.has('id'))
      return this.#inside(token, { shape: textShape, certain: true }, steps, 2, state, lenient)
    const field = longestField(fields, steps, 1)
    if (!field) return this.#unknownField(token, steps)
    const { name, type } = field.info
    if (type.kind === 'object' && field.next < steps.length) return this.#unknownField(token, steps)
    this.#found.fields.add(name)
    const isThere = this.#names.defaults.has(name) || state.facts.has(`person.${name}`)
    if (!isThere && !lenient) this.#found.needs.add(name)
    const own: Thing = { shape: valueShape(type), certain: isThere || !lenient }
    return this.#inside(token, own, steps, field.next, state, lenient)
  }

  #unknownField(token: Token, steps: readonly Step[]): Thing {
    const name = pathText(steps.slice(1))
    const known = [...this.#names.schema.fields.keys()]
    const suggestion = nearest(name, known)
    this.#report(
      'unknown-field',
      token,
      unknownName('field', name, suggestion),
      name,
      `one of ${['id', ...known].join(', ')}`,
      suggestion,
    )
    return { shape: anyShape, certain: true }
  }

  /** What stands inside something: a part of an item, an element, its size. */
  #inside(
    token: Token,
    thing: Thing,
    steps: readonly Step[],
    from: number,
    state: State,
    lenient: boolean,
  ): Thing {
    let { shape, certain } = thing
    for (let at = from; at < steps.length;) {
      const step = steps[at]
      const holder = steps.slice(0, at)
      if (!certain && !lenient && !state.facts.has(pathText(holder))) this.#missing(token, holder)
      if (shape.kind === 'any') return { shape, certain: false }
      const inner = step === 'size' && sizeShape(shape)
      const element = elementOf(shape)
      if (inner) [shape, certain, at] = [inner, true, at + 1]
      else if (
        element &&
        (step === undefined || typeof step === 'number' || step === 'first' || step === 'last')
      ) {
        ;[shape, certain, at] = [element, false, at + 1]
      } else {
        const part = partOf(shape, steps, at)
        if (!part) return this.#unknownPart(token, shape, steps, at)
        ;[shape, certain, at] = [part.shape, part.certain, part.next]
      }
    }
    return { shape, certain }
  }

  #unknownPart(token: Token, shape: Shape, steps: readonly Step[], at: number): Thing {
    const name = steps[at] === undefined ? '[…]' : String(steps[at])
    const known = partNames(shape)
    const suggestion = nearest(name, known)
    const of = pathText(steps.slice(0, at))
    const expected = known.length > 0 ? `one of ${known.join(', ')}` : `'${of}' by itself, which has no parts`
    const meant = suggestion === undefined ? undefined : `${of}.${suggestion}`
    this.#report(
      'unknown-variable',
      token,
      unknownName('part', `${of}.${name}`, meant),
      name,
      expected,
      suggestion,
    )
    return { shape: anyShape, certain: true }
  }
}

function longestField(
  fields: ReadonlyMap<string, FieldInfo>,
  steps: readonly Step[],
  from: number,
): { readonly info: FieldInfo; readonly next: number } | undefined {
  let found: { readonly info: FieldInfo; readonly next: number } | undefined
  let name = ''
  for (let at = from; at < steps.length && typeof steps[at] === 'string'; at += 1) {
    name = at === from ? String(steps[at]) : `${name}.${steps[at]}`
    const info = fields.get(name)
    if (!info) break
    found = { info, next: at + 1 }
  }
  return found
}

function sizeShape(shape: Shape): Shape | undefined {
  if (shape.kind === 'value') {
    return ['text', 'choice', 'list'].includes(shape.type.kind) ? numberShape : undefined
  }
  if (shape.kind !== 'data') return anyShape
  return typeof shape.data === 'string' || Array.isArray(shape.data) ? numberShape : undefined
}

/** The names of the parts of something. */
export function partNames(shape: Shape): readonly string[] {
  if (shape.kind === 'value') {
    if (shape.type.kind === 'object') return [...(shape.type.parts?.keys() ?? [])]
    return shape.type.kind === 'list' ? ['size', 'first', 'last'] : sizeShape(shape) ? ['size'] : []
  }
  if (shape.kind === 'any') return []
  if (Array.isArray(shape.data)) return ['size', 'first', 'last']
  return typeof shape.data === 'object' ? Object.keys(shape.data) : []
}

function partOf(
  shape: Shape,
  steps: readonly Step[],
  at: number,
): { readonly shape: Shape; readonly certain: boolean; readonly next: number } | undefined {
  const step = steps[at]
  if (shape.kind === 'value') {
    const parts = shape.type.kind === 'object' ? shape.type.parts : undefined
    const found = parts && longestField(parts, steps, at)
    return found && { shape: valueShape(found.info.type), certain: found.info.isRequired, next: found.next }
  }
  if (shape.kind !== 'data' || typeof shape.data !== 'object' || Array.isArray(shape.data)) return undefined
  if (step === undefined) return { shape: anyShape, certain: false, next: at + 1 }
  const data = shape.data as { readonly [name: string]: MessageValue }
  if (!Object.hasOwn(data, step)) return undefined
  return { shape: { kind: 'data', data: data[step]! }, certain: true, next: at + 1 }
}

/** Whether two kinds of text or number can be looked up by `case`, which knows nothing of days and amounts. */
export const canBeCase = (type: ValueType): boolean =>
  ['text', 'choice', 'version', 'integer', 'number', 'boolean'].includes(type.kind)
