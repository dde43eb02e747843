/** What happened to a person: when, and with which properties. Events of one person are ordered by instant, then id. */
export interface EventRecord {
  readonly id: string
  readonly name: string
  readonly at: Date | string
  readonly properties?: Readonly<Record<string, unknown>>
}

/**
 * A person as an application holds one: raw values, typed when they are read.
 *
 * A value that is not of the type its field declares is missing, never an error (semantics 8).
 */
export interface Person {
  readonly id: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly tags?: readonly string[]
  readonly events?: readonly EventRecord[]
}
