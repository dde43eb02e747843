import type { Message } from '../message/compile.ts'
import type { Countable, Duration, Schema, SchemaOf } from '@segmentry/core'

/** Who is meant: the people of any included segment who are in no excluded one. */
export interface Audience<I extends string = string, X extends string = string> {
  readonly include: Readonly<Record<I, Countable>>
  readonly exclude?: Readonly<Record<X, Countable>>
}

/** How often one address is written to on a channel, over all broadcasts. */
export type Cap =
  /** In a day of the person's own zone. */
  | { readonly atMost: number; readonly per: 'day' }
  /** In the time before each message. */
  | { readonly atMost: number; readonly within: Duration }

/** When messages arrive, by the clock where the person lives. */
export interface LocalTime<F extends string = string> {
  /** The text field with the person's zone, such as `Europe/Berlin`. */
  readonly zone?: F
  /** The zone of people without a known one. */
  readonly otherwise: string
  /** The local time of day to send at, such as `09:00`; at once when absent. */
  readonly at?: string
  /** The local day for `at`, such as `2026-12-01`; the next time the clock shows it when absent. Who is past it is sent to at once. */
  readonly on?: string
  /** Nobody is sent anything between these local times; it waits for the end of them. */
  readonly quiet?: { readonly from: string; readonly to: string }
}

/** The percentages of a hold-out. */
export interface HoldOut {
  /** How many in a hundred receive nothing: from 0 to below 100, up to two decimals. */
  readonly percent: number
  /** What the share is drawn with; the broadcast's key unless told. Broadcasts with one salt hold out the same people. */
  readonly salt?: string
}

/** What says that somebody does not want it. */
export interface OptOut<F extends string = string> {
  /** A boolean field that is true for people who opted out. */
  readonly field: F
  /** What holds for people without a value. A broadcast that has such people and does not say so is not sent. */
  readonly missing?: 'send' | 'skip'
}

/** A broadcast as it is written down. */
export interface BroadcastSettings<
  F extends string = string,
  I extends string = string,
  X extends string = string,
  V extends string = string,
> {
  /** What the broadcast is called for ever: letters, digits, `-`, `_` and `.`, at most 100. */
  readonly key: string
  readonly audience: Audience<I, X>
  /** The text field with the address. */
  readonly address: F
  /** What the address is one of: `email` unless told, which is the one whose addresses are looked at. Caps count by channel. */
  readonly channel?: string
  /** What it is about, such as `news`: people unsubscribe from a topic. */
  readonly topic?: string
  readonly optOut?: OptOut<F>
  readonly holdOut?: HoldOut
  /** Percentages of the variants of an A/B test, each above 0, which make 100. */
  readonly variants?: Readonly<Record<V, number>>
  readonly caps?: readonly Cap[]
  /** Which broadcast takes the last place that a cap leaves: the higher; 0 unless told. */
  readonly priority?: number
  readonly time?: LocalTime<F>
  /** How long after the audience was fixed nobody is sent anything any more. */
  readonly expires?: Duration
  /** What it says, from {@link compileMessage}; one for each variant where they differ. None for a transport that needs none. */
  readonly message?: Message | Readonly<Record<V, Message>>
}

export type FieldName<S extends Schema> = keyof SchemaOf<S>['fields'] & string

/** A broadcast whose settings have been checked against a schema. */
export interface Broadcast<
  I extends string = string,
  X extends string = string,
  V extends string = string,
> extends BroadcastSettings<string, I, X, V> {
  readonly schema: Schema
  /** A hash of all that decides who is sent what and when. */
  readonly version: string
}
