import { DefinitionError, type Issue } from '../errors.ts'
import type { Predicate, PropertyTest } from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { nearest } from '../suggest.ts'
import { checkNode } from './check.ts'
import { checkLists } from './check-lists.ts'
import { checkSize, membersRule, ruleOf } from './expand.ts'
import { deepFreeze } from './freeze.ts'
import { withPeople } from './fold.ts'
import { issue, type Path, type Report, unknown } from './issue.ts'
import { defaultLimits, type Limits, measured } from './limits.ts'
import {
  type AccountPeople,
  type AccountTest,
  type AnySegment,
  type Definition,
  type EventSelection,
  format,
  type ManualEntry,
  type Measure,
  type Node,
  type Step,
} from './node.ts'
import { definitionOf } from './set.ts'
import {
  accountPeopleShape,
  accountTestShape,
  decodeShape,
  definitionShape,
  manualShape,
  measureShapes,
  nodeShapes,
  propertyTestShape,
  selectionShape,
  show,
  statementShapes,
  stepShape,
  windowShapes,
} from './structure.ts'

/** How large definitions may be; the default limits hold for what is not said. */
export interface LimitOptions {
  readonly limits?: Partial<Limits>
}

/** How a definition is decoded. */
export interface DecodeOptions extends LimitOptions {
  /** The segments that a definition may refer to by key. */
  readonly segments?: Readonly<Record<string, AnySegment>>
}

/**
 * A segment from untrusted data, checked against a schema and in normal form.
 *
 * Takes JSON text or what was parsed from it. Size and depth are checked first, without recursion; then the
 * shape of every object, with unknown keys refused; then names, operators and values against the schema.
 * Throws a {@link DefinitionError} that lists everything that is wrong, each with path, found, expected and
 * the near name. Use {@link decodeSegments} for segments that refer to each other.
 *
 * @example
 * ```ts
 * const vip = decodeSegment('{"format":1,"rule":{"kind":"tag","tag":"VIP"}}', schema)
 * evaluate(vip, person, { schema, now: new Date() }) // => true
 * ```
 */
export function decodeSegment(data: unknown, schema: Schema, options: DecodeOptions = {}): AnySegment {
  checkSchema(schema)
  const limits = { ...defaultLimits, ...options.limits }
  const definition = resolvedAmong(parseDefinition(data, limits), options.segments)
  return Object.freeze({ definition: checkDefinition(definition, schema, limits) })
}

/** A definition whose references by key are among these segments. */
export const resolvedAmong = (
  definition: Definition,
  known: Readonly<Record<string, AnySegment>> = {},
): Definition =>
  resolved(definition, (key, path, report) => {
    if (Object.hasOwn(known, key)) return definitionOf(known[key]!, ` under '${key}'`)
    return void report(unknown('unknown-segment', 'segment', key, Object.keys(known), path))
  })

/** The shape of a definition, sizes checked first; names and values are not looked at yet. */
export function parseDefinition(data: unknown, limits: Limits): Definition {
  const parsed = parse(data, limits)
  return collected((report) => readDefinition(parsed, [], report))
}

/** Data, or what JSON text says, of a size that can be walked. */
export function parse(data: unknown, limits: Limits): unknown {
  const parsed = typeof data === 'string' ? parseJson(data, limits) : data
  return measured(parsed, limits)
}

/** A definition whose references by key have been looked up. */
export const resolved = (
  definition: Definition,
  lookUp: (key: string, path: Path, report: Report) => Definition | undefined,
): Definition =>
  collected((report) => {
    let failed = false
    const visit = (node: Node, path: Path): Node => {
      switch (node.kind) {
        case 'all':
        case 'any':
          return { ...node, of: node.of.map((child, i) => visit(child, [...path, 'of', i])) }
        case 'not':
          return { ...node, of: visit(node.of, [...path, 'of']) }
        case 'account':
          return withPeople(node, (of, i) => visit(of, [...path, 'people', i, 'of']))
        case 'segment': {
          if (typeof node.of !== 'string') {
            return { ...node, of: { ...node.of, rule: visit(node.of.rule, [...path, 'of', 'rule']) } }
          }
          const found = lookUp(node.of, [...path, 'of'], report)
          if (found === undefined) failed = true
          return { ...node, of: found ?? node.of }
        }
        default:
          return node
      }
    }
    const rule = visit(definition.rule, ['rule'])
    return failed ? undefined : { ...definition, rule }
  })

/** A definition checked against a schema and in normal form, however large with all that it refers to. */
export function checkDefinition(definition: Definition, schema: Schema, limits: Limits): Definition {
  checkSize(membersRule(definition), limits)
  return deepFreeze(collected((report) => checkNames(definition, schema, report)))
}

/** A definition in normal form, of names and values that a schema has. */
export function checkNames(definition: Definition, schema: Schema, report: Report): Definition {
  checkLists(definition, report)
  return { ...definition, rule: checkNode(definition.rule, schema, report, ['rule']) }
}

/** What a step makes, unless it reported that something is wrong. */
export function collected<T>(step: (report: Report) => T | undefined): T {
  const issues: Issue[] = []
  const made = step((one) => issues.push(one))
  if (issues.length > 0 || made === undefined) throw new DefinitionError({ issues })
  return made
}

/**
 * JSON text of a segment's definition, as it is stored: {@link decodeSegment} reads it back unchanged.
 *
 * Throws a {@link DefinitionError} for one that is too large to be read back under the same limits.
 */
export function encodeSegment(segment: AnySegment, options: LimitOptions = {}): string {
  ruleOf(segment)
  measured(segment.definition, { ...defaultLimits, ...options.limits })
  return JSON.stringify(segment.definition, null, 2)
}

function parseJson(text: string, limits: Limits): unknown {
  const problem = (code: Issue['code'], found: string, expected: string): never => {
    throw new DefinitionError({
      issues: [{ code, path: [], message: `found ${found}, expected ${expected}`, found, expected }],
    })
  }
  // White space counts here, unlike in the parsed document, hence the allowance.
  if (text.length > limits.document * 4)
    problem('too-large', `${text.length} characters`, `at most ${limits.document} bytes`)
  try {
    return JSON.parse(text)
  } catch (error) {
    return problem('not-json', `text that is not JSON (${(error as Error).message})`, 'a definition as JSON')
  }
}

/** The shape of a definition; names and values are not looked at yet. */
export function readDefinition(data: unknown, path: Path, report: Report): Definition | undefined {
  if (!isObject(data))
    return void report(structure(path, data, 'a definition: an object with format and rule'))
  const found = ownKey(data, 'format')
  if (typeof found === 'number' && Number.isInteger(found) && found > format) {
    const expected = `format ${format}, the newest that this version reads: upgrade @segmentry/core`
    const message = `found format ${found}, expected ${expected}`
    const at = [...path, 'format']
    return void report({ code: 'newer-format', path: at, message, found: String(found), expected })
  }
  if (Object.hasOwn(data, 'top')) {
    const expected = 'a segment, which can be asked of one person: decodeSetSegment reads the top of one'
    return void report(issue('set-segment', [...path, 'top'], 'the top of a segment', expected))
  }
  const decoded = decodeShape(definitionShape, data, path, report) as Definition | undefined
  if (decoded === undefined) return undefined
  const { included, excluded, ...rest } = decoded
  const manual = (key: 'included' | 'excluded', entries: readonly ManualEntry[]): readonly ManualEntry[] =>
    entries.flatMap(
      (entry, i) =>
        readObject<ManualEntry>(manualShape, entry, 'person, reason and author', [...path, key, i], report) ??
        [],
    )
  return {
    ...rest,
    rule: readNode(decoded.rule, [...path, 'rule'], report),
    ...(included && included.length > 0 && { included: manual('included', included) }),
    ...(excluded && excluded.length > 0 && { excluded: manual('excluded', excluded) }),
  }
}

function readNode(data: unknown, path: Path, report: Report): Node {
  const decoded = readOne('kind', nodeShapes, data, path, report) as Node | undefined
  if (decoded === undefined) return { kind: 'everyone' }
  switch (decoded.kind) {
    case 'all':
    case 'any':
      return { ...decoded, of: decoded.of.map((child, i) => readNode(child, [...path, 'of', i], report)) }
    case 'not':
      return { ...decoded, of: readNode(decoded.of, [...path, 'of'], report) }
    case 'tag':
      return decoded.during === undefined
        ? decoded
        : { ...decoded, during: readWindow(decoded.during, [...path, 'during'], report) }
    case 'field':
      return { ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }
    case 'event':
      return {
        ...decoded,
        ...selected(decoded, path, report),
        measure: readMeasure(decoded.measure, [...path, 'measure'], report),
      }
    case 'more':
      return {
        kind: 'more',
        events: readSelection(decoded.events, [...path, 'events'], report),
        than: readSelection(decoded.than, [...path, 'than'], report),
      }
    case 'sequence':
      return {
        ...decoded,
        steps: decoded.steps.map((step, i) => readStep(step, [...path, 'steps', i], report)),
      }
    case 'account':
      return {
        ...decoded,
        ...(decoded.where && {
          where: decoded.where.flatMap((test, i) => readAccountTest(test, [...path, 'where', i], report)),
        }),
        ...(decoded.people && {
          people: decoded.people.flatMap((said, i) =>
            readAccountPeople(said, [...path, 'people', i], report),
          ),
        }),
      }
    case 'segment':
      if (typeof decoded.of === 'string') return decoded
      return {
        kind: 'segment',
        of: readDefinition(decoded.of, [...path, 'of'], report) ?? { format, rule: { kind: 'everyone' } },
      }
    default:
      return decoded
  }
}

function readAccountTest(data: unknown, path: Path, report: Report): readonly AccountTest[] {
  const read = readObject<AccountTest>(accountTestShape, data, 'field and test', path, report)
  return read ? [{ ...read, test: readPredicate(read.test, [...path, 'test'], report) }] : []
}

function readAccountPeople(data: unknown, path: Path, report: Report): readonly AccountPeople[] {
  const read = readObject<AccountPeople>(accountPeopleShape, data, 'are and of', path, report)
  return read ? [{ ...read, of: readNode(read.of, [...path, 'of'], report) }] : []
}

const readSelection = (data: unknown, path: Path, report: Report): EventSelection => {
  const decoded = readObject<EventSelection>(selectionShape, data, 'event, at and where', path, report)
  return decoded ? { ...decoded, ...selected(decoded, path, report) } : { event: '' }
}

const readStep = (data: unknown, path: Path, report: Report): Step => {
  const decoded = readObject<Step>(stepShape, data, 'event, at, where, within and never', path, report)
  return decoded ? { ...decoded, ...selected(decoded, path, report) } : { event: '' }
}

/** The tests of a selection, read one by one. */
export function selected({ at, where }: EventSelection, path: Path, report: Report): Partial<EventSelection> {
  return {
    ...(at && { at: at.map((test, i) => readPredicate(test, [...path, 'at', i], report)) }),
    ...(where && { where: readTests(where, [...path, 'where'], report) }),
  }
}

const readTests = (tests: readonly PropertyTest[], path: Path, report: Report): readonly PropertyTest[] =>
  tests.flatMap((data, i) => {
    const here = [...path, i]
    const read = readObject<PropertyTest>(propertyTestShape, data, 'property and test', here, report)
    return read ? [{ ...read, test: readPredicate(read.test, [...here, 'test'], report) }] : []
  })

function readMeasure(data: unknown, path: Path, report: Report): Measure {
  const decoded = readOne('of', measureShapes, data, path, report) as Measure | undefined
  if (decoded === undefined) return { of: 'count', test: { op: 'present' } }
  return { ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }
}

function readPredicate(data: unknown, path: Path, report: Report): Predicate {
  const decoded = readOne('op', statementShapes, data, path, report) as Predicate | undefined
  if (decoded === undefined) return { op: 'present' }
  switch (decoded.op) {
    case 'some':
      return { ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }
    case 'item':
      return { ...decoded, where: readTests(decoded.where, [...path, 'where'], report) }
    case 'length':
      return { ...decoded, count: readPredicate(decoded.count, [...path, 'count'], report) }
    case 'during':
      return { ...decoded, window: readWindow(decoded.window, [...path, 'window'], report) }
    case 'anniversary': {
      const window = readWindow(decoded.window, [...path, 'window'], report)
      if (window.over === 'calendar') return { ...decoded, window }
      report(structure([...path, 'window', 'over'], window.over, "'calendar', as an anniversary is a day"))
      return { op: 'present' }
    }
    default:
      return decoded
  }
}

const readWindow = (data: unknown, path: Path, report: Report): Window =>
  (readOne('over', windowShapes, data, path, report) as Window | undefined) ?? { over: 'clock', until: 'now' }

/** Reads an object of one shape. */
export function readObject<T>(
  shape: Parameters<typeof decodeShape>[0],
  data: unknown,
  keys: string,
  path: Path,
  report: Report,
): T | undefined {
  if (!isObject(data)) return void report(structure(path, data, `an object with ${keys}`))
  return decodeShape(shape, data, path, report) as T | undefined
}

/** Reads an object by the name in its discriminating key, reporting a name that is none. */
export function readOne(
  key: string,
  shapes: Readonly<Record<string, Parameters<typeof decodeShape>[0]>>,
  data: unknown,
  path: Path,
  report: Report,
): unknown {
  const names = Object.keys(shapes)
  if (!isObject(data)) return void report(structure(path, data, `an object with ${key}: ${names.join(', ')}`))
  const name = ownKey(data, key)
  if (typeof name !== 'string' || !Object.hasOwn(shapes, name)) {
    const suggestion = typeof name === 'string' ? nearest(name, names) : undefined
    const hint = suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`
    const found = structure([...path, key], name, `one of ${names.join(', ')}`)
    return void report({
      ...found,
      message: found.message + hint,
      ...(suggestion !== undefined && { suggestion }),
    })
  }
  return decodeShape(shapes[name]!, data, path, report)
}

export const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const ownKey = (data: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(data, key) ? data[key] : undefined

/** An issue of data that is not of its shape. */
export function structure(path: Path, data: unknown, expected: string): Issue {
  const found = show(data)
  return { code: 'structure', path, message: `found ${found}, expected ${expected}`, found, expected }
}
