import type { Predicate, PropertyTest } from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import { nearest } from '../suggest.ts'
import { issue, type Path, type Report } from './issue.ts'
import type { Issue } from '../errors.ts'
import {
  type AccountPeople,
  type AccountTest,
  type Definition,
  type EventSelection,
  format,
  type ManualEntry,
  type Measure,
  type Node,
  type Step,
} from './node.ts'
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

// Reads data by the shapes of a definition; the codec has measured it, so that it can be walked.

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

/** The shape of a node, and of all that is in it. */
export function readNode(data: unknown, path: Path, report: Report): Node {
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
