import { type AnySegment, nearest, type SegmentsByKey, unknownName } from '@segmentry/core'
import type { GlobalFlags } from '../command/spec.ts'
import { loadConfig, type Loaded } from '../config/load.ts'
import { openProject, type Opened } from '../database/open.ts'
import { usage } from '../failure.ts'
import { type Context, stoppable } from './run.ts'

/** The configuration that a call is about. */
export const project = ({ flags }: { readonly flags: GlobalFlags }, { folder }: Context): Promise<Loaded> =>
  loadConfig(folder(), flags.config)

/** The database of a configuration, to be closed by whoever opens it. */
export const opened = (loaded: Loaded, { output, signal }: Context): Promise<Opened> =>
  output.during('Connecting', stoppable(openProject(loaded), signal))

/** The clock of a call, and what stops it. */
export const asked = (
  { flags }: { readonly flags: { readonly at?: string } },
  { signal }: Context,
): { readonly signal: AbortSignal; readonly now?: string } => ({
  signal,
  ...(flags.at !== undefined && { now: flags.at }),
})

/** The segments that are named; throws a failure with the near name for one that there is not. */
export function named({ config }: Loaded, keys: readonly string[]): SegmentsByKey<string> {
  const { segments } = config
  const known = Object.keys(segments)
  const picked = keys.map((key): readonly [string, AnySegment] => {
    if (Object.hasOwn(segments, key)) return [key, segments[key]!]
    const listed = known.length > 20 ? `${known.slice(0, 20).join(', ')}, …` : known.join(', ')
    throw usage(
      unknownName('segment', key, nearest(key, known)),
      known.length === 0 ? 'The configuration has no segments.' : `There are ${listed}.`,
    )
  })
  return keys.length === 0 ? segments : Object.fromEntries(picked)
}
