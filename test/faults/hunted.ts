import {
  type AnySegment,
  type AnySetSegment,
  type Definition,
  format,
  type Node,
  type Person,
  type Top,
} from '@segmentry/core'
import fc from 'fast-check'
import { clock, type PeopleOptions } from '../conformance/arbitrary.ts'
import { top } from '../conformance/arbitrary-top.ts'
import { fullPopulation, mixedSegment } from '../conformance/rounds.ts'
import type { Fault } from './fault.ts'

/** How many segments meet one population at one clock: each is a triple of definition, population and clock. */
export const segmentsEach = 12

/** Segments, a population and a clock. */
export type Case = readonly [readonly AnySegment[], readonly Person[], number]

/** The generated cases of the differential suite, each population at one clock. */
export const cases = (options: PeopleOptions): fc.Arbitrary<Case> =>
  fc.tuple(
    fc.array(mixedSegment, { minLength: segmentsEach, maxLength: segmentsEach }),
    fullPopulation(options),
    clock,
  )

/** What is taken of each population, drawn apart so that the cases stay what they are. */
export const tops: fc.Arbitrary<readonly Top[]> = fc.array(top, { minLength: 3, maxLength: 3 })

const everyone: AnySegment = { definition: { format, rule: { kind: 'everyone' } } }

/** The tops of a population: of its first segment, and of everybody. */
export const setsOf = (drawn: readonly Top[], [first]: readonly AnySegment[]): readonly AnySetSegment[] =>
  drawn.map((one, i) => ({ whole: (i === 0 ? first! : everyone).definition, top: one }))

/** Whether a fault can change who is taken. A fault of rules does too, and is looked for there. */
export const mayTouchSets = (fault: Fault | undefined): boolean =>
  fault === undefined || fault.among?.test('"top"') === true

const texts = new WeakMap<object, string>()

/** Whether a fault can change what a rule, or a definition, means. */
export function mayTouch(fault: Pick<Fault, 'among'> | undefined, rule: Node | Definition): boolean {
  if (fault?.among === undefined) return true
  const text = texts.get(rule) ?? JSON.stringify(rule)
  texts.set(rule, text)
  return fault.among.test(text)
}

/** Where a difference was seen. */
export interface Found {
  /** After how many triples; within a population, which segment. */
  readonly at: number
  /** Which answers differed. */
  readonly how: string
  /** The case, for who wants to look. */
  readonly example: unknown
}

/** A fault, or none for the control, and what the hunt found. */
export interface Hunted {
  readonly fault: Fault | undefined
  found?: Found
  /** An error that is no answer, such as SQL that does not parse: then the fault is no mistake of meaning. */
  broken?: string
}

/** Whether everything that has to be found is found. */
export const isOver = (hunted: readonly Hunted[]): boolean =>
  hunted.every(
    ({ fault, found, broken }) =>
      fault === undefined || fault.lacks !== undefined || found !== undefined || broken !== undefined,
  )
