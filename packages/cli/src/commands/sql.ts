import { exits } from '../failure.ts'
import { plain } from '../view/text.ts'
import { asked, named, opened, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'sql'> = async (call, context) => {
  const { output } = context
  const { mode } = call.flags
  const loaded = await project(call, context)
  const key = call.places[0]!
  const segment = named(loaded, [key])[key]!
  await using database = await opened(loaded, context)
  const { now } = asked(call, context)
  const { sql, parameters } = database.evaluator.sql(segment, {
    ...(now !== undefined && { now }),
    ...(mode !== undefined && { mode }),
  })
  if (call.flags.json === true) await output.printJson({ sql, parameters })
  else {
    const values = parameters.map((value, i) => `-- $${i + 1} = ${plain(JSON.stringify(value))}`)
    await output.print([...values, sql].join('\n'))
  }
  return exits.ok
}
