import { differenceText } from '@segmentry/review'
import { openedRevisions } from '../database/revisions.ts'
import { exits } from '../failure.ts'
import { differencesText, headline } from '../view/revisions.ts'
import { project } from './context.ts'
import { revisionNumber } from './revising.ts'
import type { Run } from './run.ts'

export const run: Run<'diff'> = async (call, context) => {
  const { output } = context
  const [from, to] = call.places.map(revisionNumber)
  const loaded = await project(call, context)
  await using revisions = await openedRevisions(loaded, context)
  const [last] = to === undefined ? await revisions.history({ limit: 1 }) : []
  const diff = await revisions.diff(from!, to ?? last?.number ?? from!)
  if (call.flags.json === true) {
    const differences = diff.differences.map(({ change: { kind, key }, difference, unsuitable }) =>
      difference === undefined ? { kind, key, unsuitable } : difference,
    )
    await output.printJson({ from: diff.from, to: diff.to, differences })
  } else {
    const told = differencesText(diff.differences, differenceText)
    await output.print(
      [headline(diff.from), headline(diff.to), '', told === '' ? 'Nothing differs' : told].join('\n'),
    )
  }
  return exits.ok
}
