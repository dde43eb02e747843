import type { Duration } from '../predicate/duration.ts'
import type { CountInput } from '../predicate/inputs.ts'
import type { AnySegment } from '../definition/node.ts'
import type { EventShape, Shape } from '../schema/infer.ts'

// Evaluated only when a name is wrong: the same sentence as at run time. Edit distance is beyond types, so
// near are the names that share the longest beginning, of at least two letters.
type Near<K extends string, All> = K extends `${infer A}${infer B}${infer Rest}`
  ? Nearer<`${A}${B}`, Rest, Extract<All, `${A}${B}${string}`>>
  : never
type Nearer<Start extends string, Rest extends string, Found> = Rest extends `${infer Next}${infer More}`
  ? [Extract<Found, `${Start}${Next}${string}`>] extends [never]
    ? Found
    : Nearer<`${Start}${Next}`, More, Extract<Found, `${Start}${Next}${string}`>>
  : Found
type Unknown<What extends string, K extends string, All> = K extends ''
  ? All
  : [Near<K, All>] extends [never]
    ? `unknown ${What} '${K}'`
    : `unknown ${What} '${K}' - did you mean '${Near<K, All> & string}'?`
type Key<K, Known, What extends string> = K extends keyof Known ? K : Unknown<What, K & string, keyof Known>
// Spelled out where it is used most: each alias between a call and its answer is instantiated for every call.
type Loose<Known> = (keyof Known & string) | (string & {})

// Brands, whose names are what the message says when a part is not finished. They never exist at run time.

/** The events of one name: which of them count, and what is made of them. Without a measure: at least one. */
export interface EventBuilder<in out E extends EventShape> extends EventCondition {
  /** Only events in the window `(now − d, now]`. */
  within(duration: Duration): EventBuilder<E>
  /** Only events with a property that passes a test; several hold for the same event. */
  where<K extends Loose<E['properties']>>(
    property: K extends keyof E['properties'] ? K : Unknown<'property', K & string, keyof E['properties']>,
    test: K extends keyof E['properties'] ? E['properties'][K] : never,
  ): EventBuilder<E>
  /** How many there are: `count(atLeast(3))`. Nobody has fewer than 0. */
  count(test: CountInput): EventCondition
  /** The exact sum of a property: `sum('amount', greaterThan(500))`. The sum of no events is 0. */
  sum<K extends Loose<E['sums']>>(
    property: Key<K, E['sums'], 'summable property'>,
    test: K extends keyof E['sums'] ? E['sums'][K] : never,
  ): EventCondition
  /** There is none: the same as `count(0)`. */
  never(): EventCondition
}

/** A finished condition on events. */
export interface EventCondition {
  readonly '[an event condition]': true
}

/** A group that has no filter yet, and so cannot be used as one. */
export interface EmptyGroup<in out S extends Shape> {
  /** The person carries a tag. */
  tag<T extends S['tag'] | (string & {})>(tag: T extends S['tag'] ? T : Unknown<'tag', T, S['tag']>): Group<S>
  /** A field passes a test; a plain value means exactly this value. */
  field<K extends Loose<S['fields']>>(
    name: K extends keyof S['fields'] ? K : Unknown<'field', K & string, keyof S['fields']>,
    test: K extends keyof S['fields'] ? S['fields'][K] : never,
  ): Group<S>
  /** Something happened to the person: at least once, unless `build` says more. */
  event<E extends Loose<S['events']>>(
    name: Key<E, S['events'], 'event'>,
    build?: (event: E extends keyof S['events'] ? EventBuilder<S['events'][E]> : never) => EventCondition,
  ): Group<S>
  /** All of these filters hold. */
  all(build: (group: EmptyGroup<S>) => Group<S>): Group<S>
  /** Any of these filters holds. */
  any(build: (group: EmptyGroup<S>) => Group<S>): Group<S>
  /** None of these filters holds. */
  none(build: (group: EmptyGroup<S>) => Group<S>): Group<S>
  /** Not all of these filters hold: the exact complement of `all`. */
  not(build: (group: EmptyGroup<S>) => Group<S>): Group<S>
  /** Every person. */
  everyone(): Group<S>
}

/** Filters that all have to hold. */
export interface Group<in out S extends Shape> extends EmptyGroup<S> {
  readonly '[a group needs at least one filter]': true
}

/** A segment that has no group yet, and so cannot be used as one. */
export interface EmptySegment<in out S extends Shape> {
  /** People who pass all filters of this group; several groups are alternatives. */
  group(build: (group: EmptyGroup<S>) => Group<S>): Segment<S>
  /** Takes people who pass all these filters away from the whole, wherever it is written. */
  exclude(build: (group: EmptyGroup<S>) => Group<S>): EmptySegment<S>
  /** What people call it. */
  titled(title: string): EmptySegment<S>
  /** What it is for. */
  described(description: string): EmptySegment<S>
  /** Who answers for it. */
  ownedBy(owner: string): EmptySegment<S>
}

/** A segment: an immutable value, made of groups of filters. */
export interface Segment<in out S extends Shape> extends AnySegment {
  readonly '[a segment needs at least one group]': true
  /** People who pass all filters of this group; several groups are alternatives. */
  group(build: (group: EmptyGroup<S>) => Group<S>): Segment<S>
  /** Takes people who pass all these filters away from the whole, wherever it is written. */
  exclude(build: (group: EmptyGroup<S>) => Group<S>): Segment<S>
  /** What people call it. */
  titled(title: string): Segment<S>
  /** What it is for. */
  described(description: string): Segment<S>
  /** Who answers for it. */
  ownedBy(owner: string): Segment<S>
}

/** Segments by key. */
export interface Segments {
  readonly [key: string]: AnySegment
}
