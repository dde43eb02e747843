import type { Countable } from '@segmentry/core'
import type { SplitPlan } from '@segmentry/flow'
import type { Segments } from '../change/segments.ts'
import type { Difference } from '../difference/difference.ts'
import type { Interval } from './interval.ts'

/** Whom a broadcast is for, as `defineBroadcast` has it. */
export interface Audience {
  readonly include: Readonly<Record<string, Countable>>
  readonly exclude?: Readonly<Record<string, Countable>>
}

/** A flow that starts for each person who enters or leaves a segment. */
export interface FlowUse {
  readonly on: 'entered' | 'left'
  /** The key of the segment. */
  readonly segment: string
}

/** Segments, and what they are used for; the names are for people to read. */
export interface Edition {
  readonly segments: Segments
  readonly splits?: Readonly<Record<string, SplitPlan>>
  readonly broadcasts?: Readonly<Record<string, Audience>>
  readonly flows?: Readonly<Record<string, FlowUse>>
}

/** How many people, and between which numbers that lies where it is an estimate. */
export interface People extends Partial<Interval> {
  readonly count: number
}

/** Somebody who moves, and why. */
export interface Mover {
  readonly person: string
  /** The filters that decide otherwise than before, with the value found. */
  readonly because: readonly string[]
}

/** How many people pass a filter of a group. */
export interface FunnelStep {
  /** The filter in English. */
  readonly filter: string
  /** People who pass it, whatever else. */
  readonly alone: People
  /** People who pass it and all before it. */
  readonly left: People
}

/** The groups of a segment, each with its filters in order. */
export type Funnel = readonly (readonly FunnelStep[])[]

/** How many people there are on both sides of a change, and how many move. */
export interface Moves {
  /** Not there for what is new. */
  readonly before?: People
  /** Not there for what is gone. */
  readonly after?: People
  /** Nobody can be said to move where what was cannot be read any more; they are not there then. */
  readonly enters?: People
  readonly leaves?: People
  readonly stays?: People
}

/** What the planner of the database expects counting a segment to cost, in its own units, on both sides of a change. */
export interface Cost {
  readonly before?: number
  readonly after?: number
}

/** One change of a segment, with its effect. */
export interface PlannedChange extends Moves {
  /** Who answers for the segment, as `ownedBy` says; of one that is gone, who did. */
  readonly owner?: string
  /** What it says otherwise, and what becomes of its members: as proven, or else as counted. */
  readonly difference: Difference
  /** Some of those who move. */
  readonly entering: readonly Mover[]
  readonly leaving: readonly Mover[]
  readonly funnel: { readonly before?: Funnel; readonly after?: Funnel }
  /** Of what has another rule, is new or is gone. */
  readonly cost?: Cost
}

/** A branch of a split, and how many people take it. */
export interface PlannedBranch {
  readonly key: string
  readonly before?: People
  readonly after?: People
}

/** A split whose branches have other people. */
export interface PlannedSplit {
  readonly name: string
  readonly branches: readonly PlannedBranch[]
  /** People who take another branch; not there for a split that is new or gone. */
  readonly moves?: People
}

/** A broadcast that is for other people. */
export interface PlannedBroadcast extends Moves {
  readonly name: string
}

/** A flow that starts when people enter or leave a segment that changes. */
export interface PlannedFlow extends FlowUse {
  readonly name: string
  /** For how many people it would start if their moving counted as entering or leaving. */
  readonly starts: People
}

/** What a change of segments does. */
export interface Plan {
  /** The clock that everything was worked out with. */
  readonly at: string
  /** Everybody there is. */
  readonly people: number
  /** Of how many people it was worked out, where it is an estimate. */
  readonly sample?: number
  readonly changes: readonly PlannedChange[]
  readonly splits: readonly PlannedSplit[]
  readonly broadcasts: readonly PlannedBroadcast[]
  readonly flows: readonly PlannedFlow[]
}
