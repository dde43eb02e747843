import type { Issue } from '@segmentry/core'
import type { Change } from '../change/changes.ts'
import type { Segments } from '../change/segments.ts'
import type { Difference } from '../difference/difference.ts'
import type { ViewChanges } from '../kept/types.ts'
import type { Edition } from '../plan/types.ts'

/** What became of one segment in a revision. */
export type RevisionChange =
  | { readonly kind: 'added' | 'removed'; readonly key: string }
  | { readonly kind: 'changed'; readonly key: string; readonly what: 'rule' | 'text' }
  | { readonly kind: 'renamed'; readonly key: string; readonly from: string }

/** A set of segments that was applied: who did it, when, and what it changed. It never changes itself. */
export interface Revision {
  /** From 1, without a gap. */
  readonly number: number
  /** The one before it; not there for the first. */
  readonly parent?: number
  /** The one whose segments it has again, where it is a rollback. */
  readonly restores?: number
  readonly author: string
  readonly commit?: string
  readonly reason?: string
  /** By the clock of the database. */
  readonly at: string
  /** A hash of the schema that its definitions were checked against. */
  readonly fields: string
  /** What differs from the one before it. */
  readonly changes: readonly RevisionChange[]
}

/** A revision with its segments. */
export interface RevisionSegments extends Revision {
  /** Those that suit the schema of today no more are here too; whoever evaluates one is told. */
  readonly segments: Segments
  /** What is wrong with each that suits the schema of today no more. */
  readonly unsuitable: Readonly<Record<string, readonly Issue[]>>
}

/** The segments as they were at some time. */
export interface SegmentsThen extends RevisionSegments {
  /** That this is about definitions: what people's fields were then is known to nobody. */
  readonly note: string
}

/** What segments are used for: none of it may be left without its segment. */
export interface Uses extends Omit<Edition, 'segments'> {
  /** Uses that are known to nobody here, by the keys of segments: `{ vip: ['the Monday report'] }`. */
  readonly others?: Readonly<Record<string, readonly string[]>>
}

/** How segments are applied. */
export interface ApplyOptions {
  readonly author: string
  /** What the code has as its version. */
  readonly commit?: string
  readonly reason?: string
  /** The revision that was looked at before, 0 for none: with any other in between nothing is applied. */
  readonly expects?: number
  readonly uses?: Uses
}

/** How a revision is brought back. */
export interface RollbackOptions extends ApplyOptions {
  readonly reason: string
}

/** What applying did. */
export interface Applied {
  /** The revision that holds now. */
  readonly revision: Revision
  /** Whether it was made by this call: what changes nothing makes none. */
  readonly isNew: boolean
  /** What became of the views of its segments. */
  readonly views: ViewChanges
}

/** Which revisions are listed. */
export interface HistoryOptions {
  /** Only those that changed this segment. */
  readonly segment?: string
  /** How many at most; all unless told. */
  readonly limit?: number
}

/** A change between two revisions, and what it means. */
export interface RevisionDifference {
  readonly change: Change
  /** Not there where the later definition suits the schema of today no more. */
  readonly difference?: Difference
  readonly unsuitable?: readonly Issue[]
}

/** What differs between two revisions. */
export interface RevisionDiff {
  readonly from: Revision
  readonly to: Revision
  readonly differences: readonly RevisionDifference[]
}
