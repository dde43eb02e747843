import { exits } from '../failure.ts'
import { planText } from '../view/plan.ts'
import {
  nextCall,
  openedLedger,
  printProgress,
  progressOf,
  unknownBroadcast,
  writtenDown,
} from './broadcasting.ts'
import { asked, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'broadcast'> = async (call, context) => {
  const { output } = context
  const key = call.places[0]!
  const loaded = await project(call, context)
  const broadcast = writtenDown(loaded, key)
  await using ledger = await openedLedger(loaded, context)
  const { broadcasts } = ledger
  const progress = await progressOf(broadcasts, key)
  if (progress !== undefined) {
    if (call.flags.json === true) await output.printJson(progress)
    else await printProgress(progress, broadcasts, context)
    return exits.ok
  }
  if (broadcast === undefined) throw await unknownBroadcast(loaded, broadcasts, key)
  const { pace } = loaded.config.send ?? {}
  const plan = await output.during(
    `Planning ${key}`,
    broadcasts.plan(broadcast, { ...asked(call, context), ...(pace && { pace }) }),
  )
  if (call.flags.json === true) await output.printJson(plan)
  else {
    const send = nextCall(call.flags.config, 'send', key, '--confirm', String(plan.toSend))
    const next = plan.undecided.length > 0 ? 'It can be sent when that is said.' : `To send it:\n  ${send}`
    await output.print(`${planText(plan, (text) => output.style('bold', text))}\n\n${next}`)
  }
  return exits.ok
}
