import { DefinitionError, type Issue } from '../errors.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { checkNode } from './check.ts'
import { checkLists } from './check-lists.ts'
import { checkSize, membersRule, ruleOf } from './expand.ts'
import { deepFreeze } from './freeze.ts'
import { withPeople } from './fold.ts'
import { type Path, type Report, unknown } from './issue.ts'
import { limitsOf, type Limits, measured } from './limits.ts'
import type { AnySegment, Definition, Node } from './node.ts'
import { readDefinition } from './read.ts'
import { definitionOf } from './set.ts'

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
  const limits = limitsOf(options, ['limits', 'segments'])
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
  measured(segment.definition, limitsOf(options, ['limits']))
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
