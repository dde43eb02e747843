/** What happened to a person: when, and with which properties. Events of one person are ordered by instant, then id. */
export interface EventRecord {
  readonly id: string
  readonly name: string
  readonly at: Date | string
  readonly properties?: Readonly<Record<string, unknown>>
}

/** A tag and when it was given. */
export interface GivenTag {
  readonly tag: string
  readonly at: Date | string
}

/**
 * An account that a person belongs to: the grouping, which account it is, and the account's own fields.
 *
 * A condition on its people needs `people`, those of the population who belong to it: without, it throws an
 * {@link AccountPeopleError}. An evaluator over a whole population knows them itself. The person is one of them, listed or not.
 */
export interface Account {
  /** The grouping, by its name in the schema. */
  readonly account: string
  readonly id: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly people?: readonly Person[]
}

/**
 * A person as an application holds one: raw values, typed when they are read.
 *
 * A value that is not of the type its field declares is missing, never an error (semantics 8).
 * So is what stands elsewhere: `state` beside `fields` is not looked at, as your own object may hold more than a person here
 * does, nor is a tag or an account of another form. `ingest` refuses each by its name.
 */
export interface Person {
  readonly id: string
  readonly fields?: Readonly<Record<string, unknown>>
  /** The tags, each with the instant it was given where that is known. */
  readonly tags?: readonly (string | GivenTag)[]
  readonly events?: readonly EventRecord[]
  /** The accounts the person belongs to; one that is listed twice counts once, as it is listed first. */
  readonly accounts?: readonly Account[]
}
