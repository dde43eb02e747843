import fc from 'fast-check'
import type * as Bound from '../conformance/bound.ts'
import { createLayout, layouts } from '../conformance/layouts.ts'
import { triplesEach } from '../conformance/rounds.ts'
import type * as ViewDifference from '../conformance/view-difference.ts'
import { placeOfViews, viewed } from '../conformance/view-difference.ts'
import { embedded } from './embedded.ts'
import type { Fault } from './fault.ts'
import { type Hunted, isOver } from './hunted.ts'
import { loader } from './load.ts'

/** Views, and what judges them, with a fault or without. */
interface Suspect extends Hunted {
  readonly bound: typeof Bound
  readonly suite: typeof ViewDifference
}

/** Makes and reads views as their suite does, on each layout in turn. */
export async function huntViews(
  faults: readonly Fault[],
  triples: number,
  seed: number,
): Promise<readonly Hunted[]> {
  const load = loader('{packages/core/src,packages/postgres/src,test/conformance}', faults)
  const { db, database } = await embedded()
  const suspects: Suspect[] = []
  for (const fault of [undefined, ...faults]) {
    const bound = await load<typeof Bound>('test/conformance/bound.ts', fault)
    const suite = await load<typeof ViewDifference>('test/conformance/view-difference.ts', fault)
    suspects.push({ fault, bound, suite })
  }
  await placeOfViews(db)
  for (const layout of layouts) await createLayout(db, layout)
  const rounds = Math.floor(triples / triplesEach)
  const streams = layouts.map((layout, i) => fc.sample(viewed(layout), { numRuns: rounds, seed: seed + i }))
  for (let run = 0; run < rounds; run++) {
    if (faults.length > 0 && isOver(suspects)) break
    const layout = layouts[run % layouts.length]!
    const [one, sets] = streams[run % layouts.length]![run]!
    for (const suspect of suspects) {
      if (suspect.found) continue
      const { bound, suite } = suspect
      const at = (run + 1) * triplesEach
      try {
        const source = await bound.bound(db, layout)
        const { found } = await suite.viewDifference({ db, database, layout, source }, one, sets)
        if (found) suspect.found = { at, how: found.by, example: { run } }
      } catch (error) {
        // A view that cannot be read has not whom it should have: nothing is wrong with what is asked.
        suspect.found = { at, how: `an error: ${String(error)}`, example: { run } }
      }
    }
  }
  await db.destroy()
  return suspects
}
