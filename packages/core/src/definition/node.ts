import type { Duration } from '../predicate/duration.ts'
import type { Predicate } from '../predicate/predicate.ts'

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

/** The person carries a tag. */
export interface Tagged {
  readonly kind: 'tag'
  readonly tag: string
}

/** A field of the person passes a test. */
export interface FieldFilter {
  readonly kind: 'field'
  readonly field: string
  readonly test: Predicate
}

/**
 * The events of one name that pass `where` and lie in the window `(now − within, now]` pass a test together.
 *
 * Without `within` the window is `(…, now]`: an event after `now` has not happened.
 */
export interface EventFilter {
  readonly kind: 'event'
  readonly event: string
  readonly within?: Duration
  /** Tests of the same event's properties; all hold. */
  readonly where?: readonly PropertyTest[]
  readonly measure: Measure
}

/** A property of an event passes a test. */
export interface PropertyTest {
  readonly property: string
  readonly test: Predicate
}

/** What is made of the events: how many there are, or the exact sum of a property. Of no events, both are 0. */
export type Measure =
  | { readonly of: 'count'; readonly test: Predicate }
  | { readonly of: 'sum'; readonly property: string; readonly test: Predicate }

/** What a segment says of people: plain, immutable JSON. */
export type Node = Everyone | All | Any | Not | Tagged | FieldFilter | EventFilter

/** The kinds of node, in the order documentation lists them. */
export const kinds = [
  'everyone',
  'all',
  'any',
  'not',
  'tag',
  'field',
  'event',
] as const satisfies readonly Node['kind'][]

/** The node of one kind. */
export type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

/** The version of the form that definitions are stored in. */
export const format = 1

/** A segment as data: the rule, and what people call it. Only the rule decides who is a member. */
export interface Definition {
  readonly format: typeof format
  readonly title?: string
  readonly description?: string
  readonly owner?: string
  readonly rule: Node
}

/** Anything that carries a definition: what the builder makes and every reader takes. */
export interface AnySegment {
  readonly definition: Definition
}

/** Naming an event means at least once. */
export const atLeastOnce: Predicate = Object.freeze({ op: 'atLeast', value: 1 })
