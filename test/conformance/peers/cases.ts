import { readFileSync } from 'node:fs'

/** A test of one value, as the cases write it. */
export interface ValueTest {
  readonly op: string
  readonly value?: unknown
  /** What an element has to pass: of a plain value one test, of an object one for each property. */
  readonly where?: ValueTest | readonly PropTest[]
}

export interface FieldTest extends ValueTest {
  /** A dotted path, with `[]` for any element, or one key that is no path. */
  readonly field: string | readonly [string]
}

export interface PropTest extends ValueTest {
  readonly prop: string
}

export interface Counted {
  readonly event: string
  readonly count: { readonly op: string; readonly n: number }
  /** Seconds. */
  readonly within?: number
  readonly where?: readonly PropTest[]
}

export interface LastEvent {
  readonly last_event: string
  readonly where?: readonly PropTest[]
  readonly has: readonly PropTest[]
}

/** The neutral form of a segment; `not` means that none of these holds. */
export type PeerNode =
  | { readonly all: readonly PeerNode[] }
  | { readonly any: readonly PeerNode[] }
  | { readonly not: readonly PeerNode[] }
  | { readonly member_of: string }
  | { readonly segment: string }
  | { readonly manual: readonly string[] }
  | { readonly has_tags: boolean }
  | { readonly bucket: { readonly percent: number } }
  | FieldTest
  | Counted
  | LastEvent

export interface PeerPerson {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly tags: readonly string[]
  readonly events: readonly {
    readonly name: string
    /** An instant, or seconds from the clock. */
    readonly at: string | number
    readonly props: Readonly<Record<string, unknown>>
  }[]
  /** The stored segments that the person was a member of. */
  readonly segments?: readonly string[]
}

/** What a test of another segmentation system asserts. */
export interface PeerCase {
  readonly id: string
  readonly peer: string
  readonly source: string
  readonly note: string
  /** Any clock will do when it is null. */
  readonly now: string | null
  readonly people: readonly PeerPerson[]
  readonly segment: PeerNode
  readonly defs?: Readonly<Record<string, PeerNode>>
  readonly members: readonly string[]
}

/** All cases, in the order of the file. */
export const cases = JSON.parse(
  readFileSync(new URL('cases.json', import.meta.url), 'utf8'),
) as readonly PeerCase[]
