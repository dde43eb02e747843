import fc from 'fast-check'
import type * as Bound from '../conformance/bound.ts'
import { canAnswer } from '../conformance/bound.ts'
import type * as DifferenceModule from '../conformance/difference.ts'
import { createLayout, type Layout, layouts } from '../conformance/layouts.ts'
import { mixedSegment, round, type Round, triplesEach } from '../conformance/rounds.ts'
import { storageOf } from '../conformance/storage.ts'
import { worldOf } from '../conformance/world.ts'
import { embedded } from './embedded.ts'
import type { Fault } from './fault.ts'
import { type Hunted, isOver } from './hunted.ts'
import { loader } from './load.ts'

/** The differential suite, and all that it judges, with a fault or without. */
interface Suspect extends Hunted {
  readonly bound: typeof Bound
  readonly suite: typeof DifferenceModule
}

/** How many rounds of the world that is always the same a fault has to pass, on each layout. */
const plainRounds = 2

/** Asks as the differential suite does in worlds of their own, of faults that the other worlds do not show. */
export async function huntWorlds(
  faults: readonly Fault[],
  triples: number,
  seed: number,
): Promise<readonly Hunted[]> {
  const load = loader('{packages/core/src,packages/postgres/src,test/conformance}', faults)
  const { db, database } = await embedded()
  const suspects: Suspect[] = []
  for (const fault of [undefined, ...faults]) {
    const bound = await load<typeof Bound>('test/conformance/bound.ts', fault)
    const suite = await load<typeof DifferenceModule>('test/conformance/difference.ts', fault)
    suspects.push({ fault, bound, suite })
  }
  /** How a suspect differs; an error is an answer too, as nothing is wrong with what is asked. */
  const seen = async ({ bound, suite }: Suspect, layout: Layout, one: Round): Promise<string | undefined> => {
    try {
      const source = await bound.bound(db, layout)
      return (await suite.difference({ db, database, layout, source }, one))?.by
    } catch (error) {
      return `an error: ${String(error)}`
    }
  }

  for (const layout of layouts) {
    await createLayout(db, layout)
    const asked = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
    for (const one of fc.sample(round(asked), { numRuns: plainRounds, seed }))
      for (const suspect of suspects) {
        const how = await seen(suspect, layout, one)
        if (how !== undefined) suspect.broken ??= `${layout.name} shows it too: ${how}`
      }
  }

  const worlds = fc.sample(fc.tuple(round(mixedSegment), fc.noBias(fc.nat())), {
    numRuns: Math.floor(triples / triplesEach),
    seed,
  })
  for (const [run, [one, drawn]] of worlds.entries()) {
    if (faults.length > 0 && isOver(suspects)) break
    const world = worldOf(drawn, one)
    const { segments } = world.round
    const asksTagTimes = segments.some(
      ({ definition }) => !canAnswer({ recordsTagTimes: false }, definition.rule),
    )
    const layout = storageOf(world, asksTagTimes)
    await createLayout(db, layout)
    for (const suspect of suspects) {
      if (suspect.found || suspect.broken !== undefined) continue
      const how = await seen(suspect, layout, world.round)
      if (how !== undefined) suspect.found = { at: (run + 1) * triplesEach, how, example: { drawn, run } }
    }
    await layout.drop?.execute(db)
  }
  await db.destroy()
  return suspects
}
