import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A mistake that somebody could make: one text of one source file that stands for another. */
export interface Fault {
  readonly name: string
  /** The source file, from the workspace's folder. */
  readonly file: string
  /** Occurs exactly once in the file, so that the fault is where it is meant to be. */
  readonly text: string
  readonly instead: string
  /**
   * What the JSON of every rule holds that the fault can touch; others are not looked at. That saves most of the time,
   * and being wrong about it can only hide the fault.
   */
  readonly among?: RegExp
  /**
   * What has to be asked to see it: an explanation, the next change, people as they are loaded, a page, a proof, many segments at once; else who is
   * a member.
   */
  readonly seen?: 'explained' | 'next' | 'loaded' | 'page' | 'proven' | 'together'
  /** What the generated cases lack to show it, or to show it often enough: then it need not be found. */
  readonly lacks?: string
}

type Rest = Pick<Fault, 'among' | 'seen' | 'lacks'>

/** The faults of one file: by name, the text, what stands in its place, and what else there is to say. */
export const faultsIn = (
  file: string,
  faults: Readonly<Record<string, readonly [text: string, instead: string, rest?: Rest]>>,
): readonly Fault[] =>
  Object.entries(faults).map(([name, [text, instead, rest]]) => ({ name, file, text, instead, ...rest }))

/** The workspace's own folder. */
export const root = new URL('../../', import.meta.url)

export const sourceOf = (file: string): string => readFileSync(fileURLToPath(new URL(file, root)), 'utf8')

/** The source with the fault in it; throws when its text does not stand there exactly once. */
export function seeded({ name, file, text, instead }: Fault, source: string): string {
  const parts = source.split(text)
  if (parts.length === 2) return parts.join(instead)
  throw new Error(
    `the fault '${name}' has no place: found its text ${parts.length - 1} times in ${file}, expected once; ` +
      `write it anew for what the file says now: ${text}`,
  )
}
