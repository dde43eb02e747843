import { openedRevisions } from '../database/revisions.ts'
import { exits, usage } from '../failure.ts'
import { changesText, viewLines } from '../view/revisions.ts'
import { project } from './context.ts'
import { revisionNumber, signed, usesOf } from './revising.ts'
import type { Run } from './run.ts'

export const run: Run<'rollback'> = async (call, context) => {
  const { output } = context
  const number = revisionNumber(call.places[0]!)
  const { reason, expects, json = false } = call.flags
  if (reason === undefined) {
    throw usage(
      '--reason is missing: whoever reads the history will want it',
      "Write --reason 'too few people'.",
    )
  }
  const loaded = await project(call, context)
  await using revisions = await openedRevisions(loaded, context, { keepsViews: true })
  const rolled = await output.during(
    'Rolling back',
    revisions.rollback(number, {
      ...(await signed(call.flags, loaded)),
      reason,
      ...(expects !== undefined && { expects }),
      uses: usesOf(loaded),
    }),
  )
  if (json) await output.printJson(rolled)
  else {
    const { revision, views } = rolled
    const said = rolled.isNew
      ? [
          `Revision ${number} holds again, as revision ${revision.number}: ${changesText(revision.changes)}`,
          'The configuration still has what was taken back: the next apply brings it again.',
        ]
      : [`Nothing differs from revision ${number}`]
    await output.print([...said, ...viewLines(views, 'done')].join('\n'))
  }
  return exits.ok
}
