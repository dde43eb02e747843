import type { AnySegment } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { clockMs } from '../schema/time.ts'
import { checkKeys } from '../suggest.ts'
import { compileSegment } from './compile.ts'
import { compileSegments, type SegmentsByKey } from './many.ts'
import type { Person } from './person.ts'
import { preparePerson } from './prepare.ts'

/** What one person is evaluated with: the schema that types their values, and the one clock. */
export interface PersonOptions {
  readonly schema: Schema
  readonly now: Date | string
}

/** What was given, or nothing of it: what is missing is told by whoever needs it. Throws a `TypeError` for a key that means nothing. */
export function optionsOf(given: PersonOptions | undefined): PersonOptions {
  checkKeys('options', given, ['schema', 'now'])
  return given ?? ({} as PersonOptions)
}

/**
 * Whether a person is in a segment.
 *
 * Use {@link compileSegment} when the same segment meets many people. Throws a `RangeError` when `now` is no
 * instant.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP').field('state', 'CA'))
 * evaluate(vip, { id: 'ann', fields: { state: 'CA' }, tags: ['VIP'] }, { schema, now: new Date() }) // => true
 * ```
 */
export function evaluate(segment: AnySegment, person: Person, options: PersonOptions): boolean {
  const { schema, now } = optionsOf(options)
  return compileSegment(segment, schema)(preparePerson(schema, person), clockMs(now))
}

/**
 * The keys of the segments a person is in, in the order of the segments.
 *
 * Use {@link compileSegments} when the same segments meet many people.
 *
 * @example
 * ```ts
 * evaluateAll({ vip, lapsed }, person, { schema, now: new Date() }) // => ['vip']
 * ```
 */
export function evaluateAll<K extends string>(
  segments: SegmentsByKey<K>,
  person: Person,
  options: PersonOptions,
): readonly K[] {
  const { schema, now } = optionsOf(options)
  return compileSegments(segments, schema)(preparePerson(schema, person), clockMs(now))
}
