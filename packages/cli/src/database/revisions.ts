import type { Revisions } from '@segmentry/review'
import { type Context, stoppable } from '../commands/run.ts'
import type { Loaded } from '../config/load.ts'
import { openOn } from './open.ts'

/**
 * Opens the database of a configuration with the revisions of its segments, whose tables are made where there are none.
 *
 * What only reads revisions does without views, so that it still reads them where tables do not fit.
 */
export async function openedRevisions(
  loaded: Loaded,
  { output, signal }: Context,
  { keepsViews = false }: { readonly keepsViews?: boolean } = {},
): Promise<Revisions & AsyncDisposable> {
  // What only counts and lists needs none of it.
  const { openRevisions } = await import('@segmentry/review')
  const { revisions: schema, views } = loaded.config
  const open = openOn(loaded, (source, connection, settings) =>
    openRevisions(source.schema, connection, {
      ...settings,
      ...(schema !== undefined && { schema }),
      ...(keepsViews && views !== undefined && { views: { schema: views, source } }),
    }),
  )
  const { made, close } = await output.during('Connecting', stoppable(open, signal))
  return { ...made, [Symbol.asyncDispose]: close }
}
