import type { Duration } from '../predicate/duration.ts'
import type { AverageInput, CountInput, RequiredNumberInput, TimestampInput } from '../predicate/inputs.ts'
import type { PeriodOptions, Window } from '../predicate/window.ts'
import type { AnySegment } from '../definition/node.ts'
import type { Key, Loose, Unknown } from '../predicate/names.ts'
import type { AccountShape, EventShape, SharedShape, Shape } from '../schema/infer.ts'
import type { RankedBy, SetSegment } from './ranking-types.ts'

// Brands, whose names are what the message says when a part is not finished. They never exist at run time.

// Names are also `readonly string[]`, or `readonly never[]` where there are no lists: a constraint that is not of texts alone
// costs a call some five instantiations less.

/** Which events of one name count. Several calls of one method all hold. */
export interface EventBuilder<in out E extends EventShape> extends EventCondition {
  /** Only events in the window `(now − d, now]`; short for `during(last(d))`. */
  within(duration: Duration): EventBuilder<E>
  /** Only events in a window: of the clock, between instants, or of the calendar. */
  during(window: Window): EventBuilder<E>
  /** Only events whose time passes a test: its weekday, its hour, its month. */
  at(test: TimestampInput): EventBuilder<E>
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
  /** The exact average of a property, over the events that have it. Without any there is none. */
  average<K extends Loose<E['sums']>>(
    property: Key<K, E['sums'], 'summable property'>,
    test: AverageInput,
  ): EventCondition
  /** The least value of a property: a number, a version, a date or an instant. Without any there is none. */
  min<K extends Loose<E['ordered']>>(
    property: Key<K, E['ordered'], 'ordered property'>,
    test: K extends keyof E['ordered'] ? E['ordered'][K] : never,
  ): EventCondition
  /** The greatest value of a property: a number, a version, a date or an instant. Without any there is none. */
  max<K extends Loose<E['ordered']>>(
    property: Key<K, E['ordered'], 'ordered property'>,
    test: K extends keyof E['ordered'] ? E['ordered'][K] : never,
  ): EventCondition
  /** How many different values a property has. */
  distinct<K extends Loose<E['properties']>>(
    property: Key<K, E['properties'], 'property'>,
    test: CountInput,
  ): EventCondition
  /** A property of the first of these events. */
  first<K extends Loose<E['properties']>>(
    property: Key<K, E['properties'], 'property'>,
    test: K extends keyof E['properties'] ? E['properties'][K] : never,
  ): EventCondition
  /** A property of the last of these events. */
  last<K extends Loose<E['properties']>>(
    property: Key<K, E['properties'], 'property'>,
    test: K extends keyof E['properties'] ? E['properties'][K] : never,
  ): EventCondition
  /** When the first of these events happened: `firstAt(inLast('7 days'))`. */
  firstAt(test: TimestampInput): EventCondition
  /** When the last of these events happened. */
  lastAt(test: TimestampInput): EventCondition
  /** Every one of these events has a property that passes a test; `ofNone` says whether that holds of no events. */
  every<K extends Loose<E['properties']>>(
    property: Key<K, E['properties'], 'property'>,
    test: K extends keyof E['properties'] ? E['properties'][K] : never,
    of: { readonly ofNone: 'include' | 'exclude' },
  ): EventCondition
  /** On how many different days there are any, or in how many weeks or months of a zone's calendar. */
  activeOn(
    unit: 'day' | 'week' | 'month' | 'quarter' | 'year',
    test: CountInput,
    options?: PeriodOptions,
  ): EventCondition
  /** There is none: the same as `count(0)`. */
  never(): EventCondition
  /** There are some, and none within the last `d`. */
  stopped(duration: Duration): EventCondition
  /** There are some within the last `d`, none in the gap before that, and some before the gap. */
  resumed(duration: Duration, options: { readonly after: Duration }): EventCondition
}

/** A finished condition on events. */
export interface EventCondition {
  readonly '[an event condition]': true
}

/** Says which events count, and makes nothing of them. */
export type Selecting<B> = (event: B) => B

/** What one step of a sequence may say: how soon after the step before, and which of the events count. */
export interface StepOptions<in out B> {
  readonly within?: Duration
  readonly of?: (event: B) => B
}

/** Names that are known, or the sentence about one that is not. */
export type EventKey<E, V> = E extends keyof V
  ? E
  : E extends readonly string[]
    ? readonly Key<E[number], V, 'event'>[]
    : Unknown<'event', E & string, keyof V>

/** What may be said of the events: of several, what all of them have. */
export type BuilderOf<E, S extends Shape> = E extends keyof S['events']
  ? EventBuilder<S['events'][E]>
  : E extends readonly (keyof S['events'])[]
    ? EventBuilder<SharedShape<S['events'][E[number]]>>
    : never

// `B` is never inferred: as the default of a parameter, it costs a call less than it would where it is used.

/** The properties that events have: of several, those that all of them have. */
type PropertyOf<E, S extends Shape> = E extends keyof S['events']
  ? keyof S['events'][E]['properties']
  : E extends readonly (keyof S['events'])[]
    ? keyof SharedShape<S['events'][E[number]]>['properties']
    : never

/** What a sequence starts with: any event of its first step, the first or last, or one of so many of the first or last. */
export type Anchor = 'any' | 'first' | 'last' | { readonly first: number } | { readonly last: number }

/** A sequence that has no step yet. */
export interface EmptySequence<in out S extends Shape> {
  /** What the sequence starts with: any such event, the first, the last, or one of the last few: `{ last: 5 }`. */
  from<E extends Loose<S['events']> | readonly string[], B = BuilderOf<E, S>>(
    name: EventKey<E, S['events']>,
    options?: Omit<StepOptions<NoInfer<B>>, 'within'> & { readonly anchor?: Anchor },
  ): SequenceStart<S, PropertyOf<E, S>>
}

/** A sequence that has started; `P` are the properties that the events of all its steps have. */
export interface SequenceStart<in out S extends Shape, P> {
  /** Later, this happens; `within` counts from the step before. */
  followedBy<E extends Loose<S['events']> | readonly string[], B = BuilderOf<E, S>>(
    name: EventKey<E, S['events']>,
    options?: StepOptions<NoInfer<B>>,
  ): SequenceBuilder<S, P & PropertyOf<E, S>>
  /** Later, this does not happen. The person is a member once the window has closed without it. */
  neverFollowedBy<E extends Loose<S['events']> | readonly string[], B = BuilderOf<E, S>>(
    name: EventKey<E, S['events']>,
    options?: StepOptions<NoInfer<B>>,
  ): SequenceEnd<S, P & PropertyOf<E, S>>
}

/** A sequence of at least two steps. */
export interface SequenceBuilder<in out S extends Shape, P> extends SequenceStart<S, P>, SequenceEnd<S, P> {
  within(duration: Duration): SequenceBuilder<S, P>
  by<K extends (P & string) | (string & {})>(property: SharedKey<K, P>): SequenceBuilder<S, P>
}

/** A sequence whose steps are all said. */
export interface SequenceEnd<in out S extends Shape, P> extends FinishedSequence {
  /** Every step at most so long after the first. */
  within(duration: Duration): SequenceEnd<S, P>
  /** A property that is the same in the events of all steps, which all of them have. */
  by<K extends (P & string) | (string & {})>(property: SharedKey<K, P>): SequenceEnd<S, P>
}

type SharedKey<K, P> = K extends P ? K : Unknown<'property of all steps', K & string, P>

/** A sequence that says enough. */
export interface FinishedSequence {
  readonly '[a sequence needs two steps]': true
}

/** Which accounts count: several calls all hold of the same account. Accounts do not nest in what is said of its people. */
export interface AccountBuilder<in out S extends Shape, in out A extends AccountShape> {
  /** Only accounts with a field of their own that passes a test. */
  field<K extends Loose<A['fields']>>(
    name: Key<K, A['fields'], 'field'>,
    test: K extends keyof A['fields'] ? A['fields'][K] : never,
  ): AccountBuilder<S, A>
  /** These filters hold of at least one person of the account. */
  anyPerson(build: (group: EmptyGroup<S>) => Group<S>): AccountBuilder<S, A>
  /** These filters hold of every person of the account, of whom this person is one. */
  allPeople(build: (group: EmptyGroup<S>) => Group<S>): AccountBuilder<S, A>
  /** These filters hold of nobody of the account, this person included. */
  noPerson(build: (group: EmptyGroup<S>) => Group<S>): AccountBuilder<S, A>
}

/** Says which accounts count. */
type Accounts<S extends Shape, A> = A extends keyof S['accounts']
  ? (account: AccountBuilder<S, S['accounts'][A]>) => AccountBuilder<S, S['accounts'][A]>
  : never

/** A field of numbers, or the sentence that says it is none. */
type Degrees<K, F> = K extends keyof F
  ? F[K] extends RequiredNumberInput
    ? K
    : `field '${K & string}' is no number()`
  : Unknown<'field', K & string, keyof F>

/** A field that has values of the same type as another, or the sentence that says it has not. */
type Comparable<K, O, F> = O extends keyof F
  ? K extends keyof F
    ? [F[O]] extends [F[K]]
      ? O
      : [F[K]] extends [F[O]]
        ? O
        : `field '${O & string}' is of another type than '${K & string}'`
    : O
  : Unknown<'field', O & string, keyof F>

/** A group that has no filter yet, and so cannot be used as one. */
export interface EmptyGroup<in out S extends Shape> {
  /** The person carries a tag; with a window, was given it then, where the source knows when. */
  tag<T extends S['tag'] | (string & {})>(
    tag: T extends S['tag'] ? T : Unknown<'tag', T, S['tag']>,
    during?: Window,
  ): Group<S>
  /** The person carries at least one of these tags. */
  anyTag(...tags: readonly [S['tag'], ...S['tag'][]]): Group<S>
  /** The person carries all of these tags. */
  allTags(...tags: readonly [S['tag'], ...S['tag'][]]): Group<S>
  /** The person carries none of these tags. */
  noTag(...tags: readonly [S['tag'], ...S['tag'][]]): Group<S>
  /** A field passes a test; a plain value means exactly this value. */
  field<K extends Loose<S['fields']> | readonly never[]>(
    name: K extends keyof S['fields'] ? K : Unknown<'field', K & string, keyof S['fields']>,
    test: K extends keyof S['fields'] ? S['fields'][K] : never,
  ): Group<S>
  /** Two fields of one type compare: `compare('spent', 'greaterThan', 'limit')`. False when either is missing. */
  compare<K extends Loose<S['fields']>, O extends Loose<S['fields']>>(
    name: Key<K, S['fields'], 'field'>,
    op: 'is' | 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast',
    other: Comparable<K, O, S['fields']>,
  ): Group<S>
  /**
   * Something happened to the person: at least once, unless `build` says more.
   *
   * Events of several names are one stream: `event(['opened', 'clicked'], (e) => e.count(atLeast(3)))`.
   */
  event<E extends Loose<S['events']> | readonly string[], B = BuilderOf<E, S>>(
    // EventKey, spelled out.
    name: E extends keyof S['events']
      ? E
      : E extends readonly string[]
        ? readonly Key<E[number], S['events'], 'event'>[]
        : Unknown<'event', E & string, keyof S['events']>,
    build?: (event: NoInfer<B>) => EventCondition,
  ): Group<S>
  /** One thing happened more often than another; each may say which of its events count. */
  moreOften<
    E extends Loose<S['events']> | readonly string[],
    O extends Loose<S['events']> | readonly string[],
    B = BuilderOf<E, S>,
    C = BuilderOf<O, S>,
  >(
    name: EventKey<E, S['events']>,
    than: EventKey<O, S['events']>,
    build?: Selecting<NoInfer<B>>,
    buildThan?: Selecting<NoInfer<C>>,
  ): Group<S>
  /**
   * Events follow each other: `sequence((s) => s.from('opened').followedBy('clicked', { within: '1 day' }))`.
   *
   * Each step is strictly later than the one before, by instant and then by id.
   */
  sequence(build: (sequence: EmptySequence<S>) => FinishedSequence): Group<S>
  /** The person is in another segment, which is read as if its rule stood here. */
  in(segment: Segment<S>): Group<S>
  /** The person is not in another segment. */
  notIn(segment: Segment<S>): Group<S>
  /**
   * Two fields in degrees name a place at most so far from a point, on a sphere; false when either is missing.
   *
   * The distance is in meters, kilometers or miles:
   *
   * `near({ latitude: 'lat', longitude: 'lon' }, { latitude: 37.8, longitude: -122.27 }, { kilometers: 5 })`
   */
  near<A extends Loose<S['fields']>, O extends Loose<S['fields']>>(
    fields: {
      readonly latitude: Degrees<A, S['fields']>
      readonly longitude: Degrees<O, S['fields']>
    },
    point: { readonly latitude: number; readonly longitude: number },
    distance: Distance,
  ): Group<S>
  /**
   * The person belongs to an account of a grouping: `account('company', (a) => a.field('plan', 'pro'))`.
   *
   * Everything that `build` says holds of one account.
   */
  account<A extends Loose<S['accounts']>>(
    name: Key<A, S['accounts'], 'account'>,
    build?: Accounts<S, A>,
  ): Group<S>
  /** The person is one of these: a list made by hand. */
  people(...ids: readonly [string, ...string[]]): Group<S>
  /** The person's stable number, drawn with a salt, lies from one per cent up to another: `bucket('spring', 0, 50)` is half. */
  bucket(salt: string, from: number, to: number): Group<S>
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
  /** Puts people in by hand, whatever the rule says. */
  includePeople(ids: readonly string[], note: ManualNote): EmptySegment<S>
  /** Takes people out by hand, whatever the rule or {@link includePeople} says. */
  excludePeople(ids: readonly string[], note: ManualNote): EmptySegment<S>
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
  /** Puts people in by hand, whatever the rule says. */
  includePeople(ids: readonly string[], note: ManualNote): Segment<S>
  /** Takes people out by hand, whatever the rule or {@link includePeople} says. */
  excludePeople(ids: readonly string[], note: ManualNote): Segment<S>
  /** What people call it. */
  titled(title: string): Segment<S>
  /** What it is for. */
  described(description: string): Segment<S>
  /** Who answers for it. */
  ownedBy(owner: string): Segment<S>
  /**
   * The so many of its people with the greatest values: `top(100, 'spent')`, or by their events,
   * `top(100, (r) => r.event('purchase', (e) => e.within('90 days')).sum('amount'))`.
   *
   * It is taken last, after groups, exclusions and lists of people. Where values are equal, ids decide; people without a
   * value are not among them.
   */
  top<K extends Loose<S['ordered']>>(
    count: number,
    by: Key<K, S['ordered'], 'ordered field'> | RankedBy<S>,
  ): SetSegment<S>
  /** The so many of its people with the least values. */
  bottom<K extends Loose<S['ordered']>>(
    count: number,
    by: Key<K, S['ordered'], 'ordered field'> | RankedBy<S>,
  ): SetSegment<S>
}

/** A length on the earth. */
export type Distance =
  { readonly meters: number } | { readonly kilometers: number } | { readonly miles: number }

/** Why people were put in or taken out by hand, and by whom. */
export interface ManualNote {
  readonly reason: string
  readonly author: string
}

/** Segments by key. */
export interface Segments {
  readonly [key: string]: AnySegment
}
