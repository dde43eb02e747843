import type { Progress } from '@segmentry/broadcast'
import { exits } from '../failure.ts'
import { table } from '../view/table.ts'
import { grouped, plain } from '../view/text.ts'
import { openedLedger } from './broadcasting.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'broadcasts'> = async (call, context) => {
  const { output } = context
  const loaded = await project(call, context)
  const written = Object.keys(loaded.config.broadcasts ?? {})
  if (call.flags.keys === true) {
    if (written.length > 0) await output.print(written.map(plain).join('\n'))
    return exits.ok
  }
  await using ledger = await openedLedger(loaded, context)
  const sent = await output.during('Counting', ledger.broadcasts.list())
  const known = new Set(sent.map(({ broadcast }) => broadcast))
  const planned = written
    .filter((key) => !known.has(key))
    .map((broadcast) => ({ broadcast, state: 'planned' as const }))
  if (call.flags.json === true) await output.printJson([...sent, ...planned])
  else {
    const style = (text: string): string => output.style('bold', text)
    const rows = [...sent.map(rowOf), ...planned.map(({ broadcast, state }) => [broadcast, state])]
    await output.print(table(rows, { head, right: [2, 3, 4, 5, 6, 7], style }))
  }
  return exits.ok
}

const head = ['broadcast', 'state', 'meant', 'sent', 'failed', 'unknown', 'to go', 'left out', 'begun']

const rowOf = (progress: Progress): readonly string[] => {
  const { broadcast, state, people, sent, failed, unknown, pending, inHand, skipped, frozenAt } = progress
  const counts = [people, sent, failed, unknown, pending + inHand, skipped + progress.cancelled]
  return [broadcast, state, ...counts.map(grouped), frozenAt]
}
