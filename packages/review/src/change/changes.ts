import { type AnySegment, type Definition, hashRule, ruleOf, stableText } from '@segmentry/core'
import type { Segments } from './segments.ts'

/** A segment that was not there before. */
export interface Added {
  readonly kind: 'added'
  readonly key: string
  readonly after: AnySegment
}

/** A segment that is there no more. */
export interface Removed {
  readonly kind: 'removed'
  readonly key: string
  readonly before: AnySegment
}

/** A segment that has other members by its rule, or says other things of itself. */
export interface Changed {
  readonly kind: 'changed'
  readonly key: string
  readonly before: AnySegment
  readonly after: AnySegment
  /** What is another: by its rule it may have other members; by what it says of itself (title, description, owner) it has not. */
  readonly what: 'rule' | 'text'
}

/** A segment that is there under another key, with the same rule. */
export interface Renamed {
  readonly kind: 'renamed'
  readonly key: string
  /** The key it had. */
  readonly from: string
  readonly before: AnySegment
  readonly after: AnySegment
}

/** What became of one segment. */
export type Change = Added | Removed | Changed | Renamed

/**
 * What differs between two sets of segments, in the order of their keys.
 *
 * Segments are compared by the canonical form of their rules, with those they refer to written out: how a rule is written is no change,
 * and a segment that refers to a changed one has changed too. One that is gone and one that is new are one that was renamed if their rules are
 * the same; of several, those with the same texts belong together first, then the first by key.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP'))
 * const both = segment().group((g) => g.tag('VIP').tag('VIP'))
 * changes({ vip }, { vip: both }) // => []
 * changes({ vip }, { gold: vip })[0]?.kind // => 'renamed'
 * ```
 */
export function changes(before: Segments, after: Segments): readonly Change[] {
  const old = marked(before)
  const next = marked(after)
  const gone = [...old.values()].filter(({ key }) => !next.has(key))
  const found: Change[] = []
  for (const mark of next.values()) {
    const was = old.get(mark.key)
    if (was === undefined) continue
    const what = was.rule !== mark.rule ? 'rule' : was.text !== mark.text ? 'text' : undefined
    if (what !== undefined) {
      found.push({ kind: 'changed', key: mark.key, before: was.segment, after: mark.segment, what })
    }
  }
  const fresh = [...next.values()].filter(({ key }) => !old.has(key))
  for (const [from, to] of paired(gone, fresh)) {
    found.push({ kind: 'renamed', key: to.key, from: from.key, before: from.segment, after: to.segment })
    gone.splice(gone.indexOf(from), 1)
    fresh.splice(fresh.indexOf(to), 1)
  }
  found.push(...fresh.map(({ key, segment }): Added => ({ kind: 'added', key, after: segment })))
  found.push(...gone.map(({ key, segment }): Removed => ({ kind: 'removed', key, before: segment })))
  return found.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.kind < b.kind ? -1 : 1))
}

interface Mark {
  readonly key: string
  readonly segment: AnySegment
  /** Equal of segments that have the same members. */
  readonly rule: string
  /** Equal of segments that say the same of themselves. */
  readonly text: string
}

const marked = (segments: Segments): Map<string, Mark> =>
  new Map(
    Object.entries(segments)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, segment]) => [
        key,
        { key, segment, rule: hashRule(ruleOf(segment)), text: textOf(segment.definition) },
      ]),
  )

/** What a segment says of itself; who was put in or taken out by hand, why and by whom, is said too, whether or not it changes the members. */
const textOf = ({ title, description, owner, included = [], excluded = [] }: Definition): string =>
  stableText({ title, description, owner, included, excluded })

/** The old and the new key of what was renamed. */
function paired(gone: readonly Mark[], fresh: readonly Mark[]): (readonly [Mark, Mark])[] {
  const pairs: (readonly [Mark, Mark])[] = []
  const left = new Set(fresh)
  const taken = new Set<Mark>()
  for (const isSame of [(a: Mark, b: Mark) => a.text === b.text, () => true]) {
    for (const from of gone) {
      if (taken.has(from)) continue
      const to = [...left].find((mark) => mark.rule === from.rule && isSame(from, mark))
      if (to === undefined) continue
      pairs.push([from, to])
      left.delete(to)
      taken.add(from)
    }
  }
  return pairs
}
