import type { Broadcast, Broadcasts, Progress } from '@segmentry/broadcast'
import { nearest, unknownName } from '@segmentry/core'
import type { Loaded } from '../config/load.ts'
import { openLedger, type OpenedLedger } from '../database/open.ts'
import { type Failure, usage } from '../failure.ts'
import { progressText } from '../view/progress.ts'
import { type Context, stoppable } from './run.ts'

// What the commands about broadcasts share.

/** The ledger of a configuration's broadcasts, to be closed by whoever opens it. */
export const openedLedger = (loaded: Loaded, { output, signal }: Context): Promise<OpenedLedger> =>
  output.during('Connecting', stoppable(openLedger(loaded), signal))

/** The broadcast of the configuration under a key, if there is one; the ledger may know others of before. */
export const writtenDown = ({ config: { broadcasts = {} } }: Loaded, key: string): Broadcast | undefined =>
  Object.hasOwn(broadcasts, key) ? broadcasts[key] : undefined

/** How far a broadcast is; `undefined` where its audience was not fixed. */
export async function progressOf(broadcasts: Broadcasts, key: string): Promise<Progress | undefined> {
  try {
    return await broadcasts.progress(key)
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

const isUnknown = (error: unknown): boolean =>
  Object(error)._tag === 'BroadcastError' && Object(error).code === 'unknown-broadcast'

/** What is asked of a broadcast whose audience was fixed; throws a failure in the command's words for another one. */
export async function ofSent<T>(
  loaded: Loaded,
  broadcasts: Broadcasts,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isUnknown(error)) throw error
    if (writtenDown(loaded, key) === undefined) throw await unknownBroadcast(loaded, broadcasts, key)
    throw usage(
      `nobody was sent the broadcast '${key}' yet`,
      `'segmentry broadcast ${key}' says what sending it would do.`,
    )
  }
}

/** That neither the configuration nor the ledger has such a broadcast. */
export async function unknownBroadcast(
  loaded: Loaded,
  broadcasts: Broadcasts | undefined,
  key: string,
): Promise<Failure> {
  const sent = (await broadcasts?.list()) ?? []
  const { broadcasts: written = {} } = loaded.config
  const known = [...new Set([...Object.keys(written), ...sent.map(({ broadcast }) => broadcast)])]
  const listed = known.length > 20 ? `${known.slice(0, 20).join(', ')}, …` : known.join(', ')
  return usage(
    unknownName('broadcast', key, nearest(key, known)),
    known.length === 0
      ? 'There are none: broadcasts stand in the configuration, by their keys.'
      : `There are ${listed}.`,
  )
}

/** Prints how far a broadcast is. */
export async function printProgress(
  progress: Progress,
  broadcasts: Broadcasts,
  { output }: Context,
): Promise<void> {
  const failures = await broadcasts.failures(progress.broadcast)
  await output.print(progressText(progress, failures, (text) => output.style('bold', text)))
}

/** A call of this command to be typed next, by the configuration of this one. */
export function nextCall(config: string | undefined, ...words: readonly string[]): string {
  const by = config === undefined ? [] : ['--config', config]
  return ['segmentry', ...words, ...by].map(shellWord).join(' ')
}

/** A word as a shell takes it for itself. */
const shellWord = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
