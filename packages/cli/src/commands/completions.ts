import { completionsOf, type Shell } from '../command/completions.ts'
import { exits } from '../failure.ts'
import type { Run } from './run.ts'

export const run: Run<'completions'> = async (call, { output }) => {
  await output.print(completionsOf(call.places[0] as Shell).trimEnd())
  return exits.ok
}
