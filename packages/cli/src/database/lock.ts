import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Failure, exits, told } from '../failure.ts'

/**
 * Keeps a folder of PGlite for this process, as two that write to it would ruin it; gives what lets it go.
 *
 * A lock that was left behind by a process which is no more is taken over.
 */
export function lockFolder(folder: string): () => void {
  const path = `${folder}.lock`
  const own = String(process.pid)
  if (!taken(path, own)) {
    const holder = readLock(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new Failure(
        exits.database,
        told([
          `the embedded database in ${folder} is in use by process ${holder}`,
          `PGlite takes one process at a time: stop that one, or remove ${path} if it is none of Segmentry.`,
        ]),
      )
    }
    rmSync(path, { force: true })
    if (!taken(path, own)) return lockFolder(folder)
  }
  const unlock = (): void => {
    process.off('exit', unlock)
    if (readLock(path) === process.pid) rmSync(path, { force: true })
  }
  process.on('exit', unlock)
  return unlock
}

function taken(path: string, own: string): boolean {
  try {
    writeFileSync(path, own, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new Failure(
      exits.machine,
      told([`the lock ${path} cannot be written: ${(error as Error).message}`, 'Allow it, or use a server.']),
      { cause: error },
    )
  }
}

function readLock(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    // Empty is one that is being written.
    return /^\d+$/.test(text) ? Number(text) : text === '' ? -1 : undefined
  } catch {
    return undefined
  }
}

function isAlive(process_: number): boolean {
  if (process_ < 0) return true
  try {
    process.kill(process_, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
