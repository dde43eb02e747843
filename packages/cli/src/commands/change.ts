import type { Broadcasts, Progress } from '@segmentry/broadcast'
import type { GlobalFlags } from '../command/spec.ts'
import { type Exit, exits } from '../failure.ts'
import { progressLine } from '../view/progress.ts'
import { ofSent, openedLedger } from './broadcasting.ts'
import { project } from './context.ts'
import type { Context } from './run.ts'

interface ChangeCall {
  readonly places: readonly string[]
  readonly flags: GlobalFlags & { readonly json?: boolean }
}

/** Changes the state of a broadcast and says how it stands then; `next` is what follows. */
export async function changed(
  call: ChangeCall,
  context: Context,
  change: (broadcasts: Broadcasts, key: string) => Promise<Progress>,
  next: (key: string) => string,
): Promise<Exit> {
  const { output } = context
  const key = call.places[0]!
  const loaded = await project(call, context)
  await using ledger = await openedLedger(loaded, context)
  const { broadcasts } = ledger
  const progress = await ofSent(loaded, broadcasts, key, () => change(broadcasts, key))
  if (call.flags.json === true) await output.printJson(progress)
  else await output.print(`${progressLine(progress, 0)}\n${next(key)}`)
  return exits.ok
}
