import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure, exits, told, usage } from './failure.ts'

/** Where a file can be written: its real path, if something stands there that can be replaced. */
export async function writable(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() === false)
    throw usage(
      `${path} is no file that could be replaced`,
      'Say another one; without --out it goes to the standard output.',
    )
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder?.isDirectory() !== true)
    throw usage(`there is no folder ${dirname(path)}`, 'Make it, or say another file.')
  // What a link leads to is replaced, and not the link.
  return found === undefined ? path : realpath(path)
}

/**
 * Writes a file that stands under its name when it is whole, and not before.
 *
 * Until then it is `<path>.part`, which is removed when anything goes wrong; only a process that is killed leaves it.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`
  const attempt = attemptOn(path)
  const file = await attempt(opened(part))
  try {
    try {
      for await (const piece of pieces) await attempt(file.writeFile(piece))
      // What a disk does not take is found out before it has the name.
      await attempt(file.sync())
    } finally {
      await attempt(file.close())
    }
    await attempt(rename(part, path))
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}

async function opened(part: string): Promise<FileHandle> {
  try {
    return await open(part, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Failure(
      exits.machine,
      told([`${part} is there already`, 'Another export is writing it, or one was killed: then remove it.']),
      { cause: error },
    )
  }
}

/** What the disk does not let is told as that. */
const attemptOn =
  (path: string) =>
  async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof Failure) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new Failure(
        exits.machine,
        told([`${path} cannot be written: ${reason}`, 'Nothing of it was kept.']),
        {
          cause: error,
        },
      )
    }
  }
