import { DefinitionError, type Issue } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { checkDefinition, parseDefinition, resolved } from './codec.ts'
import { unknown } from './issue.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { AnySegment, Definition, Node } from './node.ts'
import { transform } from './fold.ts'

/**
 * Segments from untrusted data: definitions by key, which may refer to each other by key.
 *
 * Takes an object of definitions, parsed or as JSON text each. A circle of references is refused with the whole
 * path. Throws a {@link DefinitionError} that lists everything that is wrong, with the segment's key first in each
 * path.
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
  options: { readonly limits?: Partial<Limits> } = {},
): Readonly<Record<K, AnySegment>> {
  const limits = { ...defaultLimits, ...options.limits }
  const keys = Object.keys(data) as K[]
  const issues: Issue[] = []
  const parsed = new Map<string, Definition>()
  const done = new Map<string, Definition>()
  const failed = new Set<string>()

  /** Runs a step of one segment; what is wrong is kept, under its key. */
  const attempt = <T>(key: string, step: () => T): T | undefined => {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error
      for (const issue of error.issues) issues.push({ ...issue, path: [key, ...issue.path] })
      return undefined
    }
  }

  const visit = (key: string, path: readonly string[]): Definition | undefined => {
    const known = done.get(key)
    const raw = parsed.get(key)
    // What failed once has been reported, and is not tried again.
    if (known || !raw || failed.has(key)) return known
    failed.add(key)
    const definition = resolved(raw, (other, at, report) => {
      if (!parsed.has(other)) {
        // One that could not be read has been reported already.
        if (!Object.hasOwn(data, other)) report(unknown('unknown-segment', 'segment', other, keys, at))
        return undefined
      }
      const circle = [...path, key]
      if (circle.includes(other)) {
        const found = [...circle.slice(circle.indexOf(other)), other].join(' → ')
        const message = `segments refer to each other in a circle: ${found}`
        return void report({ code: 'cycle', path: at, message, found, expected: 'no circle' })
      }
      return attempt(other, () => visit(other, circle))
    })
    const checked = checkDefinition(definition, schema, limits)
    done.set(key, checked)
    failed.delete(key)
    return checked
  }

  for (const key of keys) {
    const definition = attempt(key, () => parseDefinition(data[key], limits))
    if (definition) parsed.set(key, definition)
  }
  for (const key of keys) attempt(key, () => visit(key, []))
  if (issues.length > 0) throw new DefinitionError({ issues })
  return Object.freeze(
    Object.fromEntries(keys.map((key) => [key, Object.freeze({ definition: done.get(key)! })])),
  ) as Readonly<Record<K, AnySegment>>
}

/**
 * Definitions by key, as they are stored: a reference to one of them is written as its key.
 *
 * {@link decodeSegments} reads them back. A segment that is referred to and has no key here is written out in its place.
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
): Readonly<Record<K, Definition>> {
  const keys = new Map<Definition, string>(
    (Object.keys(segments) as K[]).map((key) => [segments[key].definition, key]),
  )
  const written = (definition: Definition): Definition => ({
    ...definition,
    rule: transform(definition.rule, (node): Node => {
      if (node.kind !== 'segment' || typeof node.of === 'string') return node
      return { kind: 'segment', of: keys.get(node.of) ?? written(node.of) }
    }),
  })
  return Object.fromEntries(
    (Object.keys(segments) as K[]).map((key) => [key, written(segments[key].definition)]),
  ) as Record<K, Definition>
}
