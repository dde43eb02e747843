import type { EventRecord, GivenTag } from '@segmentry/core'

/** Fields of a person to store. */
export interface PersonInput {
  readonly id: string
  /** Fields by name, objects as objects. Each one given replaces what is stored under its name; null removes it. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Tags of a person to add and to remove; of the same tag, the last one in the batch counts. */
export interface TagInput {
  readonly person: string
  /** With the instant it was given, or as of now. A tag that the person has already keeps its instant. */
  readonly add?: readonly (string | GivenTag)[]
  readonly remove?: readonly string[]
}

/** Something that happened to a person; sent again with the same person and id, it is the same event. */
export interface EventInput extends EventRecord {
  readonly person: string
}

/** Fields of an account to store, as those of a person are. */
export interface AccountInput {
  /** The grouping, by its name in the schema. */
  readonly account: string
  readonly id: string
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Accounts of one grouping that a person comes to belong to, and leaves; of the same account, the last one in the batch counts. */
export interface MemberInput {
  readonly person: string
  readonly account: string
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** What one call stores, as a whole or not at all. */
export interface Batch {
  readonly people?: readonly PersonInput[]
  readonly tags?: readonly TagInput[]
  readonly events?: readonly EventInput[]
  readonly accounts?: readonly AccountInput[]
  readonly members?: readonly MemberInput[]
}
