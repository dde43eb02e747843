import type { Revisions } from '@segmentry/review'
import type { Call } from '../command/spec.ts'
import type { specs } from '../command/specs.ts'
import type { Loaded } from '../config/load.ts'
import { openedRevisions } from '../database/revisions.ts'
import { type Exit, exits } from '../failure.ts'
import { changesText, differencesText, viewLines } from '../view/revisions.ts'
import { nextCall } from './broadcasting.ts'
import { project } from './context.ts'
import { signed, usesOf } from './revising.ts'
import type { Context, Run } from './run.ts'

type ApplyCall = Call<(typeof specs)['apply']>

export const run: Run<'apply'> = async (call, context) => {
  const { output } = context
  const { yes = false, json = false, reason, expects } = call.flags
  const loaded = await project(call, context)
  await using revisions = await openedRevisions(loaded, context, { keepsViews: true })
  if (!yes) return await look(call, context, loaded, revisions)
  const applied = await output.during(
    'Applying',
    revisions.apply(loaded.config.segments, {
      ...(await signed(call.flags, loaded)),
      ...(reason !== undefined && { reason }),
      ...(expects !== undefined && { expects }),
      uses: usesOf(loaded),
    }),
  )
  if (json) await output.printJson(applied)
  else {
    const { isNew, revision, views } = applied
    const said = isNew
      ? `Applied as revision ${revision.number}: ${changesText(revision.changes)}`
      : `Nothing differs from revision ${revision.number}`
    await output.print([said, ...viewLines(views, 'done')].join('\n'))
  }
  return exits.ok
}

/** Says what would change, and how to go on. */
async function look(
  { flags: { json = false, config } }: ApplyCall,
  { output }: Context,
  { config: { segments, schema } }: Loaded,
  revisions: Revisions,
): Promise<Exit> {
  const { changes, difference, differenceText } = await import('@segmentry/review')
  const current = await revisions.current()
  const views = await revisions.viewsOf(segments)
  const sides = { before: current?.segments ?? {}, after: segments, schema }
  const changed = changes(sides.before, segments)
  const differences = changed.map((change) => ({ change, difference: difference(change, sides) }))
  const number = current?.number ?? 0
  const viewsStay = [views.made, views.replaced, views.dropped].every((list) => list.length === 0)
  const isSame = changed.length === 0 && current !== undefined && viewsStay
  const viewed = viewLines(views, 'to do')
  if (json)
    await output.printJson({ revision: number, differences: differences.map((one) => one.difference), views })
  else if (isSame) await output.print([`Nothing differs from revision ${number}`, ...viewed].join('\n'))
  else {
    const same = changed.length === 0 ? 'Nothing' : 'What'
    const head =
      current === undefined ? 'There is no revision yet' : `${same} differs from revision ${number}`
    const next = nextCall(config, 'apply', '--expects', String(number), '--yes')
    const told = differencesText(differences, differenceText)
    const lines = [output.style('bold', head), ...(told === '' ? [] : [told]), ...viewed]
    await output.print(`${lines.join('\n')}\n\nTo apply it:\n  ${next}`)
  }
  return isSame ? exits.ok : exits.no
}
