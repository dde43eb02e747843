import { openedRevisions } from '../database/revisions.ts'
import { exits } from '../failure.ts'
import { historyText } from '../view/revisions.ts'
import { named, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'history'> = async (call, context) => {
  const { output } = context
  const { limit, json = false } = call.flags
  const [segment] = call.places
  const loaded = await project(call, context)
  await using revisions = await openedRevisions(loaded, context)
  const found = await revisions.history({
    ...(segment !== undefined && { segment }),
    ...(limit !== undefined && { limit }),
  })
  // One that is gone has a history too; one that there never was is a slip.
  if (found.length === 0 && segment !== undefined && limit !== 0) named(loaded, [segment])
  if (json) await output.printJson(found)
  else if (found.length > 0) {
    await output.print(historyText(found, (text) => output.style('bold', text)))
  } else if (segment === undefined) output.tell("There is no revision yet: 'segmentry apply' makes one.")
  else output.tell(`No revision has '${segment}' yet: 'segmentry apply' makes one.`)
  return exits.ok
}
