import type { Revisions } from '@segmentry/review'
import { type Context, stoppable } from '../commands/run.ts'
import type { Loaded } from '../config/load.ts'
import { openOn } from './open.ts'

/** Opens the database of a configuration with the revisions of its segments, whose tables are made where there are none. */
export async function openedRevisions(
  loaded: Loaded,
  { output, signal }: Context,
): Promise<Revisions & AsyncDisposable> {
  // What only counts and lists needs none of it.
  const { openRevisions } = await import('@segmentry/review')
  const { revisions: schema } = loaded.config
  const open = openOn(loaded, (source, connection, settings) =>
    openRevisions(source.schema, connection, { ...settings, ...(schema !== undefined && { schema }) }),
  )
  const { made, close } = await output.during('Connecting', stoppable(open, signal))
  return { ...made, [Symbol.asyncDispose]: close }
}
