import type { Duration } from '../predicate/duration.ts'
import type { Predicate, PropertyTest } from '../predicate/predicate.ts'
import type { CalendarUnit, Window } from '../predicate/window.ts'

/** Every person of the population. */
export interface Everyone {
  readonly kind: 'everyone'
}

/** All of these hold; at least one is given. */
export interface All {
  readonly kind: 'all'
  readonly of: readonly Node[]
}

/** Any of these holds; at least one is given. */
export interface Any {
  readonly kind: 'any'
  readonly of: readonly Node[]
}

/** The exact complement of a node. */
export interface Not {
  readonly kind: 'not'
  readonly of: Node
}

/** The person carries a tag; with `during`, was given it in that window. */
export interface Tagged {
  readonly kind: 'tag'
  readonly tag: string
  readonly during?: Window
}

/** A field of the person passes a test. */
export interface FieldFilter {
  readonly kind: 'field'
  readonly field: string
  readonly test: Predicate
}

/** How two values can be compared. */
export type Comparison = 'is' | 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast'

/** Two fields of one type compare; if either is missing the answer is `whenMissing`. */
export interface FieldComparison {
  readonly kind: 'compare'
  readonly field: string
  readonly op: Comparison
  readonly to: string
  readonly negated?: boolean
  readonly whenMissing?: boolean
}

/**
 * Events of one name, or of several that are one stream: those whose instant passes every test of `at` and whose
 * properties pass every test of `where`.
 */
export interface EventSelection {
  readonly event: string | readonly string[]
  /** Tests of the event's instant; one that lies after `now` has not happened, whatever they say. */
  readonly at?: readonly Predicate[]
  /** Tests of the same event's properties. */
  readonly where?: readonly PropertyTest[]
}

/** What is made of selected events passes a test. */
export interface EventFilter extends EventSelection {
  readonly kind: 'event'
  readonly measure: Measure
}

/** What is made of the events. */
export type Aggregate =
  /** How many there are; 0 of none. */
  | { readonly of: 'count' }
  /** The exact sum of a property; 0 of none. */
  | { readonly of: 'sum'; readonly property: string }
  /** The exact average of a property over the events that have it; of none there is none. */
  | { readonly of: 'average'; readonly property: string }
  /** The least or greatest value of a property; of none there is none. */
  | { readonly of: 'min' | 'max'; readonly property: string }
  /** How many different values a property has; 0 of none. */
  | { readonly of: 'distinct'; readonly property: string }
  /** A property of the first or last event, or its instant; of none there is none. */
  | { readonly of: 'first' | 'last'; readonly property?: string }
  /** On how many different days, or in how many weeks or months, of a zone's calendar there are any; 0 of none. */
  | {
      readonly of: 'periods'
      readonly unit: CalendarUnit
      readonly zone?: string
      readonly weekStart?: number
      readonly yearStart?: number
    }

/** What is made of the events, and the test of it. */
export type Measure = Aggregate & { readonly test: Predicate }

/** More events of one selection than of another. */
export interface MoreEvents {
  readonly kind: 'more'
  readonly events: EventSelection
  readonly than: EventSelection
}

/** One step of a sequence: an event strictly later than that of the step before. */
export interface Step extends EventSelection {
  /** At most so long after the step before. */
  readonly within?: Duration
  /** There is no such event, and its window has closed; only the last step can say so. */
  readonly never?: boolean
}

/**
 * Events of a person that follow each other, in the order of their instants and then their ids.
 *
 * The first step is the anchor: any event of it, one of the first, or one of the last.
 */
export interface Sequence {
  readonly kind: 'sequence'
  readonly anchor: 'any' | 'first' | 'last'
  /** How many of the first or last events are anchors; 1 unless said. */
  readonly anchors?: number
  readonly steps: readonly Step[]
  /** Every step at most so long after the anchor. */
  readonly within?: Duration
  /** A property that is the same in the events of all steps. */
  readonly by?: string
}

/** The person is in another segment. In a registry that is stored, the other one is named by its key. */
export interface Reference {
  readonly kind: 'segment'
  readonly of: Definition | string
}

/** Two fields, a latitude and a longitude in degrees, name a place at most so far from a point. */
export interface Near {
  readonly kind: 'near'
  readonly latitude: string
  readonly longitude: string
  readonly point: { readonly latitude: number; readonly longitude: number }
  readonly meters: number
}

/** A field of an account passes a test. */
export interface AccountTest {
  readonly field: string
  readonly test: Predicate
}

/** A rule holds of any, of all or of none of an account's people, among whom is the person. */
export interface AccountPeople {
  readonly are: 'any' | 'all' | 'none'
  /** A rule about one person; accounts do not nest in it. */
  readonly of: Node
}

/** The person belongs to some account of a grouping of which all tests and all that is said of its people hold. */
export interface AccountFilter {
  readonly kind: 'account'
  /** The grouping, by its name in the schema. */
  readonly account: string
  readonly where?: readonly AccountTest[]
  readonly people?: readonly AccountPeople[]
}

/** The person is one of these. */
export interface People {
  readonly kind: 'people'
  readonly ids: readonly string[]
}

/** The person's stable number from 0 to 9,999, drawn with a salt, lies in `[from, to)`. */
export interface Bucket {
  readonly kind: 'bucket'
  readonly salt: string
  readonly from: number
  readonly to: number
}

/** What a segment says of people: plain, immutable JSON. */
export type Node =
  | Everyone
  | All
  | Any
  | Not
  | Tagged
  | FieldFilter
  | FieldComparison
  | EventFilter
  | MoreEvents
  | Sequence
  | Reference
  | Near
  | AccountFilter
  | People
  | Bucket

/** The kinds of node, in the order documentation lists them. */
export const kinds = [
  'everyone',
  'all',
  'any',
  'not',
  'tag',
  'field',
  'compare',
  'event',
  'more',
  'sequence',
  'segment',
  'near',
  'account',
  'people',
  'bucket',
] as const satisfies readonly Node['kind'][]

/** The node of one kind. */
export type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

/** The version of the form that definitions are stored in. */
export const format = 1

/** A segment as data: the rule, who is in or out by hand, and what people call it. */
export interface Definition {
  readonly format: typeof format
  readonly title?: string
  readonly description?: string
  readonly owner?: string
  readonly rule: Node
  /** People who are members whatever the rule says, unless they are excluded too. */
  readonly included?: readonly ManualEntry[]
  /** People who are no members, whatever else is said. */
  readonly excluded?: readonly ManualEntry[]
}

/** A person put in or taken out by hand, why, and by whom. */
export interface ManualEntry {
  readonly person: string
  readonly reason: string
  readonly author: string
}

/** Anything that carries a definition: what the builder makes and every reader takes. */
export interface AnySegment {
  readonly definition: Definition
}

/** Naming an event means at least once. */
export const atLeastOnce: Predicate = Object.freeze({ op: 'atLeast', value: 1 })
