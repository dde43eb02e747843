import type { AnySegment } from '@segmentry/core'

/** Segments by their keys. */
export type Segments = Readonly<Record<string, AnySegment>>
