import type * as Core from '@segmentry/core'
import fc from 'fast-check'
import { schema } from '../conformance/arbitrary.ts'
import { isMember } from '../conformance/reference.ts'
import { topMembers } from '../conformance/reference-top.ts'
import type { Fault } from './fault.ts'
import {
  type Case,
  cases,
  type Found,
  type Hunted,
  isOver,
  mayTouch,
  mayTouchSets,
  segmentsEach,
  setsOf,
  tops,
} from './hunted.ts'
import { loader } from './load.ts'

/** Core with a fault, or without, where it differs from the reference. */
interface Suspect extends Hunted {
  readonly core: typeof Core
}

/** Whether a segment, compiled alone and with the others, says of each person what the reference says. */
function difference(
  { fault, core }: Suspect,
  [made, population, now]: Case,
  expected: readonly string[],
): Found | undefined {
  const looked = made.flatMap((one, i) => (mayTouch(fault, one.definition.rule) ? [i] : []))
  if (looked.length === 0) return undefined
  const prepared = population.map((person) => core.preparePerson(schema, person))
  const together = core.compileSegments(Object.fromEntries(looked.map((i) => [`s${i}`, made[i]!])), schema)
  const keys = prepared.map((person) => new Set(together(person, now)))
  for (const i of looked) {
    const alone = core.compileSegment(made[i]!, schema)
    // It has met another clock before, as one that is kept has.
    for (const person of prepared) alone(person, now - 86_400_000)
    const answers = {
      alone: said(prepared.map((person) => alone(person, now))),
      together: said(keys.map((held) => held.has(`s${i}`))),
    }
    for (const [how, answer] of Object.entries(answers)) {
      if (answer === expected[i]) continue
      const example = { now: new Date(now), rule: made[i]!.definition.rule, answer, expected: expected[i] }
      return { at: i, how, example }
    }
  }
  return undefined
}

/** Whether the tops of a population have whom the reference takes. */
async function setDifference(
  { fault, core }: Suspect,
  sets: readonly Core.AnySetSegment[],
  [, population, now]: Case,
): Promise<Found | undefined> {
  if (!mayTouchSets(fault)) return undefined
  const evaluator = core.inProcess(schema, population, { now: new Date(now) })
  for (const [i, set] of sets.entries()) {
    const expected = topMembers(set, schema, population, now).toSorted()
    const answer = (await Array.fromAsync(evaluator.members(set))).toSorted()
    if (JSON.stringify(answer) !== JSON.stringify(expected))
      return { at: i, how: 'together', example: { now: new Date(now), set, answer, expected } }
  }
  return undefined
}

/** The answers for each person, in one text. */
const said = (answers: readonly boolean[]): string => answers.map((held) => (held ? 't' : 'f')).join('')

/** Compares core in process with the reference. */
export async function huntCore(
  faults: readonly Fault[],
  triples: number,
  seed: number,
): Promise<readonly Hunted[]> {
  const load = loader('packages/core/src', faults)
  const suspects: Suspect[] = []
  for (const fault of [undefined, ...faults])
    suspects.push({ fault, core: await load<typeof Core>('packages/core/src/index.ts', fault) })
  const numRuns = Math.ceil(triples / segmentsEach)
  const drawn = fc.sample(tops, { numRuns, seed })
  for (const [run, one] of fc.sample(cases({}), { numRuns, seed }).entries()) {
    if (faults.length > 0 && isOver(suspects)) break
    const [made, persons, now] = one
    const expected = made.map((asked) => said(persons.map((person) => isMember(asked, schema, person, now))))
    for (const suspect of suspects) {
      if (suspect.found || suspect.broken !== undefined) continue
      try {
        const found =
          difference(suspect, one, expected) ?? (await setDifference(suspect, setsOf(drawn[run]!, made), one))
        if (found) suspect.found = { ...found, at: run * segmentsEach + found.at + 1 }
      } catch (error) {
        suspect.broken = String(error)
      }
    }
  }
  return suspects
}
