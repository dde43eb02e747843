import { exits } from '../failure.ts'
import { table } from '../view/table.ts'
import { asked, opened, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'which'> = async (call, context) => {
  const { output } = context
  const loaded = await project(call, context)
  await using database = await opened(loaded, context)
  const people = call.places
  const what = people.length === 1 ? 'Looking at one person' : `Looking at ${people.length} people`
  const memberships = await output.during(
    what,
    database.evaluator.which(loaded.config.segments, people, asked(call, context)),
  )
  if (call.flags.json === true) await output.printJson(memberships)
  else {
    const rows = memberships.map(({ person, found, segments }) => [
      person,
      found ? segments.join(', ') || '(none)' : '(not in the population)',
    ])
    const style = (text: string): string => output.style('bold', text)
    await output.print(table(rows, { head: ['person', 'segments'], style }))
  }
  return memberships.every(({ found }) => found) ? exits.ok : exits.no
}
