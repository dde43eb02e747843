import { nearest, unknownName } from '@segmentry/core'
import * as Liquid from 'liquidjs'
import type { MessageIssue, MessageIssueCode } from '../errors.ts'
import { asksPresence, type Condition, conditionOf, presentWhen } from '../liquid/condition.ts'
import { directives, unknownDirective } from '../liquid/date.ts'
import { filterSpecs } from '../liquid/filters.ts'
import {
  canBeCase,
  type Found,
  type Names,
  partNames,
  pathText,
  Reader,
  type State,
  stepsOf,
} from './name.ts'
import {
  anyShape,
  elementOf,
  hasText,
  numberShape,
  type Shape,
  textShape,
  textsShape,
  type Thing,
} from './shape.ts'

// Walks the tree of a template as it would be rendered for everybody at once: what does each name mean here, is it there, and is what
// is written something that has a text.

type Template = Liquid.Template
type Token = Liquid.Token
type Argument = Liquid.Value | Liquid.ValueToken | Liquid.FilteredValueToken
type Filtered = Liquid.Value | Liquid.FilteredValueToken
type Filter = { readonly name: string; readonly args: readonly unknown[] }

/** How a stretch of a template leaves things. */
interface Left {
  readonly state: State
  /** Whether the link to unsubscribe has been written, whoever the message is for. */
  readonly linked: boolean
}

const loopData = { index: 1, index0: 0, rindex: 1, rindex0: 0, first: true, last: true, length: 1 }

/** Walks one part, and says whether it shows the link to unsubscribe. */
export function walkPart(part: string, templates: readonly Template[], names: Names, found: Found): boolean {
  return new Walker(part, names, found).all(templates, { locals: new Map(), facts: new Set() }).linked
}

class Walker {
  readonly #part: string
  readonly #names: Names
  readonly #found: Found
  readonly #reader: Reader

  constructor(part: string, names: Names, found: Found) {
    this.#part = part
    this.#names = names
    this.#found = found
    this.#reader = new Reader(names, found, this.#report)
  }

  readonly #report = (
    code: MessageIssueCode,
    token: Token,
    message: string,
    what: string,
    expected: string,
    suggestion?: string,
  ): void => {
    const [line, column] = token.getPosition()
    const issue: MessageIssue = {
      code,
      part: this.#part,
      line: line!,
      column: column!,
      message,
      found: what,
      expected,
      ...(suggestion !== undefined && { suggestion }),
    }
    this.#found.issues.push(issue)
  }

  #wrong(token: Token, found: string, expected: string): void {
    this.#report('wrong-value', token, `found ${found}, expected ${expected}`, found, expected)
  }

  all(templates: readonly Template[], from: State): Left {
    let left: Left = { state: from, linked: false }
    for (const template of templates) {
      const next = this.#one(template, left.state)
      left = { state: next.state, linked: left.linked || next.linked }
    }
    return left
  }

  #one(template: Template, state: State): Left {
    const stays: Left = { state, linked: false }
    if (
      template instanceof Liquid.Output ||
      template instanceof Liquid.EchoTag ||
      template instanceof Liquid.CycleTag
    ) {
      const values = [...template.arguments()]
      const linked = values.map((value) => this.#written(value, template.token, state))
      return { state, linked: linked.length > 0 && linked.every(Boolean) }
    }
    if (template instanceof Liquid.IfTag || template instanceof Liquid.UnlessTag)
      return this.#branches(template, state)
    if (template instanceof Liquid.CaseTag) return this.#case(template, state)
    if (template instanceof Liquid.ForTag) return this.#loop(template, state)
    if (template instanceof Liquid.LiquidTag) return this.all(template.templates, state)
    if (template instanceof Liquid.AssignTag) {
      const [value] = template.arguments() as Iterable<Liquid.Value>
      const [name] = template.localScope()
      return { state: this.#named(name!, this.#value(value!, state, template.token), state), linked: false }
    }
    if (template instanceof Liquid.CaptureTag) {
      const { state: inside } = this.all(template.templates, state)
      return {
        state: this.#named(template.identifier, { shape: textShape, certain: true }, inside),
        linked: false,
      }
    }
    return stays
  }

  /** A name that the template gives; one that means something already would hide it. */
  #named(name: Token & { readonly content: string }, thing: Thing, state: State): State {
    const { content } = name
    if (content === 'person' || this.#names.data.has(content)) {
      this.#wrong(name, `'${content}' as a name of the template's own`, 'another: it has a meaning already')
      return state
    }
    const facts = [...state.facts].filter((fact) => fact !== content && !fact.startsWith(`${content}.`))
    return { locals: new Map([...state.locals, [content, thing]]), facts: new Set(facts) }
  }

  #branches(tag: Liquid.IfTag | Liquid.UnlessTag, state: State): Left {
    const ends: Left[] = []
    let otherwise = state
    for (const [i, { value, templates }] of tag.branches.entries()) {
      const yes = !(tag instanceof Liquid.UnlessTag && i === 0)
      const tree = this.#condition(value, tag.token, otherwise)
      ends.push(this.all(templates, tree ? this.#knowing(tree, yes, otherwise) : otherwise))
      if (tree) otherwise = this.#knowing(tree, !yes, otherwise)
    }
    ends.push(this.all(tag.elseTemplates ?? [], otherwise))
    return joined(state, ends)
  }

  #case(tag: Liquid.CaseTag, state: State): Left {
    const { shape } = this.#value(tag.value, state, tag.token)
    if (shape.kind === 'value' && !canBeCase(shape.type)) {
      this.#wrong(
        tag.token,
        `a value of the kind '${shape.type.kind}' in case`,
        "a text, a number or true and false; 'if' compares it",
      )
    }
    const ends = tag.branches.map(({ values, templates }) => {
      for (const value of values) this.#argument(value, state)
      return this.all(templates, state)
    })
    return joined(state, [...ends, this.all(tag.elseTemplates, state)])
  }

  #loop(tag: Liquid.ForTag, state: State): Left {
    const collection = this.#argument(tag.collection, state)
    for (const token of Object.values(tag.hash.hash)) if (token) this.#argument(token as Argument, state)
    const element = elementOf(collection.shape)
    if (!element) this.#wrong(tag.collection, `'${tag.collection.getText()}', which is no list`, 'a list')
    const item: Thing = { shape: element ?? anyShape, certain: true }
    const loop: Thing = { shape: { kind: 'data', data: loopData }, certain: true }
    const name = { content: tag.variable, getPosition: () => tag.token.getPosition() } as Token & {
      content: string
    }
    const inside = this.#named(name, item, state)
    this.all(tag.templates, { ...inside, locals: new Map([...inside.locals, ['forloop', loop]]) })
    this.all(tag.elseTemplates, state)
    return { state, linked: false }
  }

  /** What is written has to be there and to have a text. Says whether it is the link to unsubscribe. */
  #written(value: Argument, at: Token, state: State): boolean {
    const { shape } = this.#argument(value, state)
    if (!hasText(shape)) {
      const parts = partNames(shape).slice(0, 3)
      const expected = parts.length > 0 ? `one of its parts, such as ${parts.join(', ')}` : 'one of its parts'
      this.#wrong(at, 'an object, which has no text', expected)
    }
    // A list that is there may be empty, and would be written as nothing.
    const isList = shape.kind === 'value' && shape.type.kind === 'list' && hasText(shape)
    if (isList && !('initial' in value && value.filters.some(({ name }) => name === 'default')))
      this.#nothing(at)
    if (!('initial' in value) || value.initial.postfix.length !== 1) return false
    const steps = stepsOf(value.initial.postfix[0]!)
    return steps !== undefined && pathText(steps) === 'unsubscribe.url'
  }

  #argument(value: Argument, state: State): Thing {
    return 'initial' in value
      ? this.#value(value, state, 'getPosition' in value ? value : undefined)
      : this.#reader.thing(value, state, false)
  }

  /** A value with its filters, which has to be there. */
  #value(value: Filtered, state: State, at: Token | undefined): Thing {
    const filters: readonly Filter[] = value.filters
    const lenient = filters[0]?.name === 'default'
    const { postfix } = value.initial
    const place = postfix[0] ?? at
    const tree = conditionOf(postfix)
    let thing: Thing = { shape: anyShape, certain: true }
    if (!tree) {
      if (place) this.#unreadable(place)
    } else if ('token' in tree) thing = this.#reader.thing(tree.token, state, lenient)
    else this.#asked(tree, state)
    for (const filter of filters) if (place) thing = this.#filtered(filter, thing, state, place)
    if (!thing.certain && place) this.#nothing(place)
    return { ...thing, certain: true }
  }

  #nothing(token: Token): void {
    const expected = "a default behind it: | default: '…'"
    this.#report(
      'may-be-missing',
      token,
      `this may be nothing: add ${expected}`,
      'what may be nothing',
      expected,
    )
  }

  #unreadable(token: Token): void {
    const found = 'several values, or half a comparison'
    this.#report('syntax', token, `found ${found}, expected one value`, found, 'one value')
  }

  #filtered({ name, args }: Filter, thing: Thing, state: State, at: Token): Thing {
    const spec = Object.hasOwn(filterSpecs, name) ? filterSpecs[name] : undefined
    if (!spec) {
      const known = Object.keys(filterSpecs)
      const suggestion = nearest(name, known)
      this.#report(
        'unknown-filter',
        at,
        unknownName('filter', name, suggestion),
        name,
        `one of ${known.join(', ')}`,
        suggestion,
      )
      return { shape: anyShape, certain: true }
    }
    if (args.length < spec.least || args.length > spec.most || args.some((arg) => Array.isArray(arg))) {
      const count = spec.least === spec.most ? `${spec.least}` : `${spec.least} to ${spec.most}`
      this.#wrong(at, `${args.length} arguments of '${name}'`, `${count}, without names`)
      return { shape: anyShape, certain: true }
    }
    const given = args.map((arg) => this.#reader.thing(arg as Token, state, false))
    const [first] = args as readonly (Token & { readonly content?: unknown })[]
    const text = first?.kind === Liquid.TokenKind.Quoted ? String(first.content) : undefined
    if (spec.namesPart && text !== undefined) this.#partName(name, text, thing.shape, at)
    if (name === 'date' && text !== undefined) {
      const odd = unknownDirective(text)
      if (odd !== undefined) this.#wrong(at, `'${odd}' in the format of a date`, `one of ${directives}`)
    }
    if (name === 'default') {
      const isSame = thing.shape.kind === 'value' && thing.certain
      return {
        shape: isSame ? thing.shape : given[0]!.shape.kind === 'any' ? anyShape : thing.shape,
        certain: given[0]!.certain,
      }
    }
    // What is made of a list is one, and may be empty as it.
    const isMapped = name === 'map' && thing.shape.kind === 'value'
    const shape = isMapped ? textsShape : this.#result(spec.result, thing.shape)
    return { shape, certain: spec.mayBeNothing !== true }
  }

  #result(result: (typeof filterSpecs)[string]['result'], from: Shape): Shape {
    switch (result) {
      case 'text':
        return textShape
      case 'number':
        return numberShape
      case 'texts':
        return textsShape
      case 'element':
        return elementOf(from) ?? anyShape
      case 'same':
        return from
      case 'any':
        return anyShape
    }
  }

  #partName(filter: string, name: string, from: Shape, at: Token): void {
    const item = elementOf(from)
    if (!item || item.kind === 'any') return
    const known = partNames(item)
    if (known.includes(name)) return
    const suggestion = nearest(name, known)
    this.#report(
      'unknown-variable',
      at,
      `${unknownName('part', name, suggestion)} (in '${filter}')`,
      name,
      `one of ${known.join(', ')}`,
      suggestion,
    )
  }

  /** A condition as a tree, where it has one; its operands are looked at. */
  #condition(value: Liquid.Value, at: Token, state: State): Condition | undefined {
    if (value.filters.length > 0) {
      this.#value(value, state, at)
      return undefined
    }
    const tree = conditionOf(value.initial.postfix)
    if (!tree) this.#unreadable(value.initial.postfix[0] ?? at)
    else if ('token' in tree) this.#reader.thing(tree.token, state, true)
    else this.#asked(tree, state)
    return tree
  }

  #asked(tree: Extract<Condition, { operator: string }>, state: State): void {
    const lenient = asksPresence(tree)
    let known = state
    for (const one of tree.of) {
      if ('token' in one) this.#reader.thing(one.token, known, lenient)
      else this.#asked(one, known)
      // The second is only asked when the first has not decided.
      if (tree.operator === 'and') known = this.#knowing(one, true, known)
      if (tree.operator === 'or') known = this.#knowing(one, false, known)
    }
  }

  #knowing(tree: Condition, outcome: boolean, state: State): State {
    const facts = new Set(state.facts)
    for (const token of presentWhen(tree, outcome)) {
      const steps = stepsOf(token) ?? []
      for (let length = 1; length <= steps.length; length += 1) facts.add(pathText(steps.slice(0, length)))
    }
    return { ...state, facts }
  }
}

/** What holds after several ways through: names that each of them has given, and the link if each has written it. */
function joined(before: State, ends: readonly Left[]): Left {
  const [first, ...others] = ends
  const locals = [...first!.state.locals].filter(([name]) =>
    others.every(({ state }) => state.locals.has(name)),
  )
  const merged = locals.map(([name, thing]): [string, Thing] => {
    const isSame = others.every(({ state }) => state.locals.get(name)!.shape === thing.shape)
    return [name, isSame ? thing : { shape: anyShape, certain: true }]
  })
  const facts = [...before.facts].filter((fact) => ends.every(({ state }) => state.facts.has(fact)))
  return {
    state: { locals: new Map(merged), facts: new Set(facts) },
    linked: ends.every(({ linked }) => linked),
  }
}
