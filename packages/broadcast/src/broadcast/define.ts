import { checkSchema, deepFreeze, type Key, type Schema, type SchemaOf } from '@segmentry/core'
import { BroadcastError } from '../errors.ts'
import { settingIssues } from './check.ts'
import type { Broadcast, BroadcastSettings, FieldName } from './types.ts'
import { decisiveOf, versionOf } from './version.ts'

/** Settings whose address is a field of the schema; a name that is none is told with the near one. */
type Addressed<S extends Schema, A extends string, T> = Omit<T, 'address'> & {
  readonly address: Key<A, SchemaOf<S>['fields'], 'field'>
}

/**
 * Writes a broadcast down: who is meant, who is left out, and when.
 *
 * Throws a {@link BroadcastError} that lists every setting that cannot be meant: a misspelled `exclude` would let everybody
 * through.
 *
 * @example
 * ```ts
 * const mayNews = defineBroadcast(schema, {
 *   key: 'may-news',
 *   audience: { include: { vip: segments.vip, engaged: segments.engaged }, exclude: { churned: segments.churned } },
 *   address: 'email',
 *   topic: 'news',
 * })
 * ```
 */
export function defineBroadcast<
  S extends Schema,
  const I extends string,
  const X extends string = never,
  const V extends string = never,
  const A extends string = string,
>(schema: S, settings: Addressed<S, A, BroadcastSettings<FieldName<S>, I, X, V>>): Broadcast<I, X, V> {
  checkSchema(schema)
  const issues = settingIssues(settings, schema)
  if (issues.length > 0) throw new BroadcastError({ code: 'bad-definition', issues })
  const { audience, key, message, ...rest } = settings
  return Object.freeze({
    ...deepFreeze({ ...rest, key }),
    audience,
    ...(message && { message }),
    schema,
    version: versionOf(decisiveOf(settings)),
  })
}
