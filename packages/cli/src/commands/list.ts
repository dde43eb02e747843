import { encodeSegments } from '@segmentry/core'
import { exits } from '../failure.ts'
import { table } from '../view/table.ts'
import { plain } from '../view/text.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'list'> = async (call, context) => {
  const { output } = context
  const { config } = await project(call, context)
  const listed = Object.entries(config.segments).map(([key, { definition }]) => {
    const { title = key, description, owner } = definition
    return {
      key,
      title,
      ...(description !== undefined && { description }),
      ...(owner !== undefined && { owner }),
    }
  })
  if (call.flags.definitions === true) await output.printJson(encodeSegments(config.segments))
  else if (call.flags.json === true) await output.printJson(listed)
  else if (call.flags.keys === true) {
    if (listed.length > 0) await output.print(listed.map(({ key }) => plain(key)).join('\n'))
  } else {
    const rows = listed.map(({ key, title, description = '' }) => [
      key,
      title === key ? description : description === '' ? title : `${title}: ${description}`,
    ])
    const style = (text: string): string => output.style('bold', text)
    await output.print(table(rows, { head: ['segment', 'what it is'], style }))
  }
  return exits.ok
}
