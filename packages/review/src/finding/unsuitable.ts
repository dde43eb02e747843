import type { Schema } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import { issuesOf } from '../difference/difference.ts'
import { type Finding, found } from './finding.ts'

/**
 * What does not suit the schema, in segments that were built with another one or stored long ago: unknown names, and values of other types.
 *
 * Use it before `findings`, which throws for such a segment.
 *
 * @example
 * ```ts
 * const other = defineSchema({ fields: { state: text() } })
 * const paying = segment().group((g) => g.field('plan', 'pro'))
 * unsuitable({ paying }, other)[0]?.message // => "'paying' does not suit the schema: unknown field 'plan' (expected one of state)"
 * ```
 */
export const unsuitable = (segments: Segments, schema: Schema): readonly Finding[] =>
  Object.entries(segments).flatMap(([key, segment]) =>
    (issuesOf(segment, schema) ?? []).map(({ path, message }) =>
      found('definition/unsuitable', {
        on: 'segment',
        key,
        path,
        message: `'${key}' does not suit the schema: ${message}`,
      }),
    ),
  )
