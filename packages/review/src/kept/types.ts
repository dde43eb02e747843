import type { Source } from '@segmentry/postgres'

/** Where views of segments are kept. */
export interface ViewsSettings {
  /** The schema of the database that they are in, such as 'segments'; made where there is none. */
  readonly schema: string
  /** Where people are. */
  readonly source: Source
}

/** A segment that has no view, and why. */
export interface RefusedView {
  readonly segment: string
  readonly reason: string
}

/** What became of the views of segments. */
export interface ViewChanges {
  /** With their schemas, as the next two are: `segments.vip`. */
  readonly made: readonly string[]
  /** Those that had other people before, or were changed by hand. */
  readonly replaced: readonly string[]
  /** Those of segments that there are no more, or that are kept elsewhere now. */
  readonly dropped: readonly string[]
  readonly refused: readonly RefusedView[]
  /** Up to when the calendars are filled that they look at; a view answers with an error after that. Not there where none looks at one. */
  readonly until?: string
}

/** The views that are kept. */
export interface KeptViews {
  /** With their schemas. */
  readonly views: readonly string[]
  /** As in {@link ViewChanges}. */
  readonly until?: string
}
