import type * as Core from '@segmentry/core'
import fc from 'fast-check'
import { schema } from '../conformance/arbitrary.ts'
import { claimsOf, heldBy, refuted, related } from '../conformance/proofs.ts'
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
  const looked = made.flatMap((one, i) => (mayTouch(fault, one.definition) ? [i] : []))
  if (looked.length === 0 || fault?.seen !== undefined) return undefined
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

/** How many people of a population are asked about at length. */
const few = 3

/** Whether an explanation says of a person what the reference says. */
function explainedDifference(
  { fault, core }: Suspect,
  [made, population, now]: Case,
  expected: readonly string[],
): Found | undefined {
  if (fault !== undefined && fault.seen !== 'explained') return undefined
  const asked = population.slice(0, few)
  for (const [i, one] of made.entries()) {
    if (!mayTouch(fault, one.definition)) continue
    const told = asked.map((person) => core.explainPerson(one, person, { schema, now: new Date(now) }).member)
    if (said(told) === expected[i]!.slice(0, few)) continue
    return { at: i, how: 'explained', example: { now: new Date(now), definition: one.definition } }
  }
  return undefined
}

const anniversaries = { among: /"anniversary"/ }

const [hour, day] = [3_600_000, 86_400_000]
/** How long after the clock a person is asked about again. */
const later = [1, 1000, hour, day, 2 * day, 7 * day, 31 * day, 400 * day]
/** Zones are known until 2100; the reference asks the platform, which goes on changing clocks. */
const lastClock = Date.UTC(2099, 10, 1)

/** Whether until the next change the reference says nothing else, and something else at it. */
function nextDifference({ fault, core }: Suspect, [made, population, now]: Case): Found | undefined {
  if (fault !== undefined && fault.seen !== 'next') return undefined
  for (const [i, one] of made.entries()) {
    // Anniversaries that change nothing are followed year by year to the end of time.
    if (!mayTouch(fault, one.definition) || mayTouch(anniversaries, one.definition)) continue
    const nextChange = core.compileNextChange(one, schema)
    for (const person of population.slice(0, few)) {
      const found = nextChange(core.preparePerson(schema, person), now)
      const end = Math.min(found ?? Infinity, lastClock)
      const at = (clock: number): boolean => isMember(one, schema, person, clock)
      const isSame = [...later.map((ms) => now + ms), end - 1].every(
        (clock) => clock >= end || at(clock) === at(now),
      )
      if (isSame && (found === undefined || end < found || (found > now && at(found) !== at(now)))) continue
      const example = { now: new Date(now), definition: one.definition, person, found }
      return { at: i, how: 'the next change', example }
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
  if (fault?.seen !== undefined || !mayTouchSets(fault)) return undefined
  const evaluator = core.inProcess(schema, population, { now: new Date(now) })
  for (const [i, set] of sets.entries()) {
    const expected = topMembers(set, schema, population, now).toSorted()
    const answer = (await Array.fromAsync(evaluator.members(set))).toSorted()
    if (JSON.stringify(answer) !== JSON.stringify(expected))
      return { at: i, how: 'together', example: { now: new Date(now), set, answer, expected } }
  }
  return undefined
}

type Pair = readonly [Core.Node, Core.Node]

/** Whether somebody of a population refutes what is proven of rules. */
function provenDifference(
  { fault, core }: Suspect,
  pairs: readonly Pair[],
  held: readonly ReturnType<typeof heldBy>[],
): Found | undefined {
  if (fault !== undefined && fault.seen !== 'proven') return undefined
  for (const [i, pair] of pairs.entries()) {
    const claims = claimsOf(core, pair)
    const wrong = held[i]!.map((both) => refuted(claims, both)).find((how) => how !== undefined)
    if (wrong !== undefined) return { at: i, how: wrong, example: { pair } }
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
  const { checkedRule } = await load<typeof Core>('packages/core/src/index.ts')
  const checked = (rule: Core.Node): Core.Node => checkedRule({ definition: { format: 1, rule } }, schema)
  const drawnPairs = fc.sample(related, { numRuns: numRuns * segmentsEach, seed })
  for (const [run, one] of fc.sample(cases({}), { numRuns, seed }).entries()) {
    if (faults.length > 0 && isOver(suspects)) break
    const [made, persons, now] = one
    const pairs = drawnPairs
      .slice(run * segmentsEach, (run + 1) * segmentsEach)
      .map(([a, b]): Pair => [checked(a), checked(b)])
    const held = pairs.map((pair) => heldBy(pair, persons, now))
    const expected = made.map((asked) => said(persons.map((person) => isMember(asked, schema, person, now))))
    for (const suspect of suspects) {
      if (suspect.found) continue
      try {
        const found =
          difference(suspect, one, expected) ??
          explainedDifference(suspect, one, expected) ??
          nextDifference(suspect, one) ??
          (await setDifference(suspect, setsOf(drawn[run]!, made), one)) ??
          provenDifference(suspect, pairs, held)
        if (found) suspect.found = { ...found, at: run * segmentsEach + found.at + 1 }
      } catch (error) {
        // Nothing here is allowed to throw, whatever the people and the definitions.
        suspect.found = { at: (run + 1) * segmentsEach, how: 'throws', example: String(error) }
      }
    }
  }
  return suspects
}
