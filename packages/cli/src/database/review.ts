import type { Review } from '@segmentry/review'
import { type Context, stoppable } from '../commands/run.ts'
import type { Loaded } from '../config/load.ts'
import { openOn } from './open.ts'

/** Opens the database of a configuration for a review of its segments. */
export async function openedReview(
  loaded: Loaded,
  { output, signal }: Context,
): Promise<Review & AsyncDisposable> {
  // What only counts and lists needs none of it.
  const { openReview } = await import('@segmentry/review')
  const open = openOn(loaded, (source, connection, settings) => openReview(source, connection, settings))
  const { made, close } = await output.during('Connecting', stoppable(open, signal))
  return { ...made, [Symbol.asyncDispose]: close }
}
