import { DefinitionError, type Issue } from '../errors.ts'
import type { Predicate } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'
import { nearest } from '../suggest.ts'
import { checkNode } from './check.ts'
import { depthOf } from './depth.ts'
import { deepFreeze } from './freeze.ts'
import { checkLimits, defaultLimits, type Limits } from './limits.ts'
import { type Definition, format, type Measure, type Node, type PropertyTest } from './node.ts'
import {
  decodeShape,
  definitionShape,
  measureShapes,
  nodeShapes,
  propertyTestShape,
  show,
  statementShapes,
} from './structure.ts'

type Path = Issue['path']
type Report = (issue: Issue) => void

/**
 * A definition from untrusted data, checked against a schema and in normal form.
 *
 * Takes JSON text or what was parsed from it. Size and depth are checked first, without recursion; then the
 * shape of every object, with unknown keys refused; then names, operators and values against the schema.
 * Throws a {@link DefinitionError} that lists everything that is wrong, each with path, found, expected and
 * the near name.
 *
 * @example
 * ```ts
 * const definition = decodeDefinition('{"format":1,"rule":{"kind":"tag","tag":"VIP"}}', schema)
 * ```
 */
export function decodeDefinition(data: unknown, schema: Schema, limits: Partial<Limits> = {}): Definition {
  const all = { ...defaultLimits, ...limits }
  const parsed = typeof data === 'string' ? parseJson(data, all) : data
  checkLimits(parsed, all)
  const issues: Issue[] = []
  const report = (issue: Issue): void => void issues.push(issue)
  const definition = readDefinition(parsed, report)
  if (issues.length > 0 || definition === undefined) throw new DefinitionError({ issues })
  const depth = depthOf(definition.rule)
  if (depth > all.depth) {
    const expected = `at most ${all.depth} levels`
    const message = `a definition is too deep: found ${depth} levels, expected ${expected}`
    throw new DefinitionError({
      issues: [{ code: 'too-deep', path: ['rule'], message, found: `${depth} levels`, expected }],
    })
  }
  const rule = checkNode(definition.rule, schema, report, ['rule'])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return deepFreeze({ ...definition, rule })
}

/** JSON text of a definition, as it is stored: {@link decodeDefinition} reads it back unchanged. */
export const encodeDefinition = (definition: Definition): string => JSON.stringify(definition, null, 2)

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

function readDefinition(data: unknown, report: Report): Definition | undefined {
  if (!isObject(data)) return void report(structure([], data, 'a definition: an object with format and rule'))
  const found = ownKey(data, 'format')
  if (typeof found === 'number' && Number.isInteger(found) && found > format) {
    const expected = `format ${format}, the newest that this version reads: upgrade @segmentry/core`
    const message = `found format ${found}, expected ${expected}`
    return void report({ code: 'newer-format', path: ['format'], message, found: String(found), expected })
  }
  const decoded = decodeShape(definitionShape, data, [], report)
  return (
    decoded && { ...(decoded as Definition), rule: readNode((decoded as Definition).rule, ['rule'], report) }
  )
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
    case 'field':
      return { ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }
    case 'event': {
      const { where, ...rest } = decoded
      return {
        ...rest,
        ...(where && {
          where: where.flatMap((test, i) => readPropertyTest(test, [...path, 'where', i], report)),
        }),
        measure: readMeasure(decoded.measure, [...path, 'measure'], report),
      }
    }
    default:
      return decoded
  }
}

function readMeasure(data: unknown, path: Path, report: Report): Measure {
  const decoded = readOne('of', measureShapes, data, path, report) as Measure | undefined
  if (decoded === undefined) return { of: 'count', test: { op: 'present' } }
  return { ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }
}

function readPropertyTest(data: unknown, path: Path, report: Report): readonly PropertyTest[] {
  if (!isObject(data)) {
    report(structure(path, data, 'an object with property and test'))
    return []
  }
  const decoded = decodeShape(propertyTestShape, data, path, report) as PropertyTest | undefined
  return decoded ? [{ ...decoded, test: readPredicate(decoded.test, [...path, 'test'], report) }] : []
}

const readPredicate = (data: unknown, path: Path, report: Report): Predicate =>
  (readOne('op', statementShapes, data, path, report) as Predicate | undefined) ?? { op: 'present' }

/** Reads an object by the name in its discriminating key, reporting a name that is none. */
function readOne(
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
    const issue = structure([...path, key], name, `one of ${names.join(', ')}`)
    return void report({
      ...issue,
      message: issue.message + hint,
      ...(suggestion !== undefined && { suggestion }),
    })
  }
  return decodeShape(shapes[name]!, data, path, report)
}

const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const ownKey = (data: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(data, key) ? data[key] : undefined

function structure(path: Path, data: unknown, expected: string): Issue {
  const found = show(data)
  return { code: 'structure', path, message: `found ${found}, expected ${expected}`, found, expected }
}
