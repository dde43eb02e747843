import { exits } from '../failure.ts'
import { table } from '../view/table.ts'
import { grouped } from '../view/text.ts'
import { asked, named, opened, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'count'> = async (call, context) => {
  const { output } = context
  const loaded = await project(call, context)
  const segments = named(loaded, call.places)
  const keys = Object.keys(segments)
  await using database = await opened(loaded, context)
  const what = keys.length === 1 ? `Counting ${keys[0]}` : `Counting ${keys.length} segments`
  const counts = await output.during(what, database.evaluator.counts(segments, asked(call, context)))
  if (call.flags.json === true) await output.printJson(counts)
  // One number alone is for scripts to take.
  else if (call.places.length === 1) await output.print(String(counts[keys[0]!]))
  else {
    const rows = Object.entries(counts).map(([key, count]) => [key, grouped(count)])
    const style = (text: string): string => output.style('bold', text)
    await output.print(table(rows, { head: ['segment', 'people'], right: [1], style }))
  }
  return exits.ok
}
