import { describe } from '@segmentry/core'
import { exits } from '../failure.ts'
import { plain } from '../view/text.ts'
import { named, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'describe'> = async (call, context) => {
  const { output } = context
  const loaded = await project(call, context)
  const segments = Object.entries(named(loaded, call.places))
  const told = segments.map(([key, segment]) => [key, describe(segment, loaded.config.schema)] as const)
  if (call.flags.json === true) await output.printJson(Object.fromEntries(told))
  else {
    const shown = told.map(([key, english]) => {
      const lines = english.split('\n').map((line) => `  ${plain(line)}`)
      return [output.style('bold', plain(key)), ...lines].join('\n')
    })
    await output.print(shown.join('\n'))
  }
  return exits.ok
}
