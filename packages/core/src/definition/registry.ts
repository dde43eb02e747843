import { DefinitionError, type Issue } from '../errors.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { checkDefinition, type LimitOptions, parseDefinition, resolved } from './codec.ts'
import { ruleOf } from './expand.ts'
import { inOrder } from './order.ts'
import { issue, type Path, unknown } from './issue.ts'
import { limitsOf, measured, readable } from './limits.ts'
import { type AnySegment, type Definition, format, type Node } from './node.ts'
import { definitionOf } from './set.ts'
import { transform } from './fold.ts'
import { checkSegments } from './segment.ts'
import { show } from './structure.ts'

/** What became of stored segments: those that can be used, and what is wrong with each of the others. */
export interface SegmentsReport<K extends string> {
  readonly sound: Readonly<Partial<Record<K, AnySegment>>>
  readonly broken: Readonly<Partial<Record<K, readonly Issue[]>>>
}

/**
 * Segments from untrusted data: definitions by key, which may refer to each other by key.
 *
 * Takes an object of definitions, parsed or as JSON text each. A circle of references is refused with the whole
 * path. Throws a {@link DefinitionError} that lists everything that is wrong, with the segment's key first in each
 * path. Use {@link reviewSegments} to go on with those that are sound.
 *
 * @example
 * ```ts
 * const found = decodeSegments({
 *   vip: { format: 1, rule: { kind: 'tag', tag: 'VIP' } },
 *   others: { format: 1, rule: { kind: 'not', of: { kind: 'segment', of: 'vip' } } },
 * }, schema)
 * evaluateAll(found, person, { schema, now: new Date() }) // => ['vip']
 * ```
 */
export function decodeSegments<K extends string>(
  data: Readonly<Record<K, unknown>>,
  schema: Schema,
  options: LimitOptions = {},
): Readonly<Record<K, AnySegment>> {
  const { sound, broken } = reviewSegments(data, schema, options)
  const issues = (Object.keys(broken) as K[]).flatMap((key) =>
    broken[key]!.map((one): Issue => ({ ...one, path: [key, ...one.path] })),
  )
  // A reference to what is broken is only a consequence, so the causes come first.
  const isCause = ({ code }: Issue): boolean => code !== 'broken-reference'
  const causes = issues.filter(isCause)
  if (issues.length > 0) {
    throw new DefinitionError({ issues: [...causes, ...issues.filter((one) => !isCause(one))] })
  }
  return sound as Readonly<Record<K, AnySegment>>
}

/**
 * Which stored segments still suit a schema, and what is wrong with each that does not.
 *
 * Use it when a schema changes: a field that is gone, a type that is another, a value that the closed set no longer
 * has. A segment that refers to a broken one is broken too; none is read as if the filter were not there.
 *
 * @example
 * ```ts
 * const { sound, broken } = reviewSegments({
 *   vip: { format: 1, rule: { kind: 'tag', tag: 'VIP' } },
 *   gold: { format: 1, rule: { kind: 'field', field: 'plan', test: { op: 'is', value: 'gold' } } },
 * }, schema)
 * Object.keys(sound) // => ['vip']
 * broken.gold?.[0]?.message // => "found \"gold\", expected one of 'free', 'pro'"
 * ```
 */
export function reviewSegments<K extends string>(
  data: Readonly<Record<K, unknown>>,
  schema: Schema,
  options: LimitOptions = {},
): SegmentsReport<K> {
  checkSchema(schema)
  const limits = limitsOf(options, ['limits'])
  const keys = readable(() => {
    checkDefinitions(data)
    return Object.keys(data) as K[]
  })
  const known = new Set<string>(keys)
  const parsed = new Map<string, Definition>()
  const done = new Map<string, Definition>()
  const broken = new Map<string, readonly Issue[]>()

  /** Runs a step of one segment; what is wrong is kept, under its key. */
  const attempt = (key: string, step: () => void): void => {
    try {
      step()
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error
      broken.set(key, error.issues)
    }
  }

  for (const key of keys) {
    attempt(key, () =>
      parsed.set(
        key,
        parseDefinition(
          readable(() => data[key]),
          limits,
        ),
      ),
    )
  }
  const references = inOrder(parsed)
  for (const key of references.order) {
    attempt(key, () => {
      const astray: Issue[] = []
      const definition = resolved(parsed.get(key)!, (other, at) => {
        const circle = references.circle(key, other)
        const of = done.get(other)
        if (!known.has(other)) astray.push(unknown('unknown-segment', 'segment', other, keys, at))
        else if (circle) astray.push(circleIssue(circle, at))
        else if (of === undefined)
          astray.push(issue('broken-reference', at, `the broken segment '${other}'`, 'a sound one'))
        return of ?? nobodyKnown
      })
      attempt(key, () => done.set(key, checkDefinition(definition, schema, limits)))
      // What else is wrong is told beside what it refers to.
      if (astray.length === 0) return
      done.delete(key)
      throw new DefinitionError({ issues: [...astray, ...(broken.get(key) ?? [])] })
    })
  }
  const sound = keys.filter((key) => !broken.has(key)).map((key) => [key, { definition: done.get(key)! }])
  const report: unknown = {
    sound: Object.fromEntries(sound),
    broken: Object.fromEntries(keys.flatMap((key) => (broken.has(key) ? [[key, broken.get(key)!]] : []))),
  }
  return report as SegmentsReport<K>
}

/** Stands for a segment that cannot be read, so that the rest can be looked at. */
const nobodyKnown: Definition = { format, rule: { kind: 'everyone' } }

function circleIssue(circle: readonly string[], path: Path): Issue {
  const found = circle.join(' → ')
  const message = `segments refer to each other in a circle: ${found}`
  return { code: 'cycle', path, message, found, expected: 'no circle' }
}

/** Throws a {@link DefinitionError} for what are no definitions by key. */
function checkDefinitions(data: unknown): void {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return
  const found = typeof data === 'string' ? 'text' : show(data)
  const hint = typeof data === 'string' ? ': pass JSON.parse(text)' : ''
  const expected = `an object of definitions by key${hint}`
  throw new DefinitionError({ issues: [issue('structure', [], found, expected)] })
}

/**
 * Definitions by key, as they are stored: a reference to one of them is written as its key.
 *
 * {@link decodeSegments} reads them back. A segment that is referred to and has no key here is written out in its place. Throws a
 * {@link DefinitionError} for one that is too large to be read back under the same limits.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP'))
 * encodeSegments({ vip, others: segment().group((g) => g.notIn(vip)) }).others.rule
 * // => { kind: 'not', of: { kind: 'segment', of: 'vip' } }
 * ```
 */
export function encodeSegments<K extends string>(
  segments: Readonly<Record<K, AnySegment>>,
  options: LimitOptions = {},
): Readonly<Record<K, Definition>> {
  checkSegments(segments)
  const limits = limitsOf(options, ['limits'])
  for (const segment of Object.values<AnySegment>(segments)) ruleOf(segment)
  const keys = new Map<Definition, string>(
    (Object.keys(segments) as K[]).map((key) => [definitionOf(segments[key], ` under '${key}'`), key]),
  )
  const written = (definition: Definition): Definition => ({
    ...definition,
    rule: transform(definition.rule, (node): Node => {
      if (node.kind !== 'segment' || typeof node.of === 'string') return node
      return { kind: 'segment', of: keys.get(node.of) ?? written(node.of) }
    }),
  })
  const encoded = (key: K): Definition => {
    const definition = written(segments[key].definition)
    measured(definition, limits)
    return definition
  }
  return Object.fromEntries((Object.keys(segments) as K[]).map((key) => [key, encoded(key)])) as Record<
    K,
    Definition
  >
}
