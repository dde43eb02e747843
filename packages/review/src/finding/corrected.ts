import type { Schema } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import type { Fix } from './finding.ts'
import { findings } from './findings.ts'

/**
 * Segments without all parts that say nothing, of those that have some: each has provably the same members.
 *
 * Use it to write them anew. A part can say nothing only because of another one that says nothing either, so they go one after the other.
 *
 * @example
 * ```ts
 * const spenders = segment().group((g) => g.field('spent', greaterThan('500')).field('spent', greaterThan('250')).tag('VIP').tag('VIP'))
 * corrected({ spenders }, schema)['spenders']?.code
 * // => "segment().group((g) => g.field('spent', greaterThan(500)).tag('VIP'))"
 * ```
 */
export function corrected(segments: Segments, schema: Schema): Readonly<Record<string, Fix>> {
  const fixes: Record<string, Fix> = {}
  for (const [key, segment] of Object.entries(segments)) {
    let fix: Fix | undefined
    for (;;) {
      const next = findings({ [key]: fix ?? segment }, schema).find((one) => one.fix !== undefined)?.fix
      if (next === undefined) break
      fix = next
    }
    if (fix !== undefined) fixes[key] = fix
  }
  return fixes
}
