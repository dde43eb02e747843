/** What a schema says of a field that was found. */
export type FoundType =
  | { readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: FoundType }
  | { readonly kind: 'object'; readonly parts: readonly FoundField[] }

/** A field or a property that was found: what a schema calls it, and what the table does. */
export interface FoundField {
  readonly name: string
  readonly type: FoundType
  readonly isRequired: boolean
  readonly isSensitive: boolean
  /** Its column; of a key of a document there is none. */
  readonly column?: string
  /** Whether a zone has to be said beside the column. */
  readonly needsZone?: boolean
}

/** A column with an instant. */
export interface FoundTime {
  readonly column: string
  readonly needsZone: boolean
}

/** A table that somebody counted, or nearly. */
export interface FoundRows {
  readonly rows: number
  /** Whether there are about so many. */
  readonly isEstimate: boolean
}

/** The table of people. */
export interface FoundPeople extends FoundRows {
  readonly table: string
  readonly id: string
  /** The column that is set when a row does not count any more. */
  readonly gone?: string
}

/** Where tags are kept, and which there are. */
export interface FoundTags {
  readonly table: string
  /** Of an array in the table of people, the column alone. */
  readonly column: string
  readonly person?: string
  readonly at?: FoundTime
  /** Whether every row belongs to a person. */
  readonly isBound: boolean
  readonly names: readonly string[]
  /** Whether there may be more of them. */
  readonly isOpen: boolean
}

/** An event of a table. */
export interface FoundEvent {
  readonly name: string
  /** What the table calls it, where that is another name. */
  readonly called?: string
  /** The share of the table's rows that are it. */
  readonly share: number
  /** What is found in documents; columns are properties of all events of the table. */
  readonly properties: readonly FoundField[]
}

/** A table of events. */
export interface FoundEvents extends FoundRows {
  readonly table: string
  readonly person: string
  /** The column with the names of events, where there is one. */
  readonly name?: string
  readonly at: FoundTime
  readonly id: string
  readonly gone?: string
  readonly isBound: boolean
  /** The column with a document whose keys are properties. */
  readonly document?: string
  /** The properties in columns. */
  readonly columns: readonly FoundField[]
  readonly events: readonly FoundEvent[]
}

/** What is not in the files, and why. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

/** What was found in a database. */
export interface Findings {
  readonly people: FoundPeople
  readonly fields: readonly FoundField[]
  readonly tags?: FoundTags
  readonly events: readonly FoundEvents[]
  readonly left: readonly LeftOut[]
  /** What somebody should look at who knows the data. */
  readonly notes: readonly string[]
}
