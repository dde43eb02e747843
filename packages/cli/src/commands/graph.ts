import { references } from '@segmentry/core'
import { exits } from '../failure.ts'
import { graphMermaid, graphText } from '../view/graph.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'graph'> = async (call, context) => {
  const { output } = context
  const { config } = await project(call, context)
  const graph = references(config.segments)
  if (call.flags.json === true) await output.printJson(graph)
  else await output.print(call.flags.format === 'mermaid' ? graphMermaid(graph) : graphText(graph))
  return exits.ok
}
