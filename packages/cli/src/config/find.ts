import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { usage } from '../failure.ts'

const endings = ['.ts', '.mts', '.js', '.mjs']
const names = endings.map((ending) => `segmentry.config${ending}`)

/** Finds the configuration: the file that is named, else the nearest one from a folder upwards. */
export function findConfig(from: string, named: string | undefined): string {
  if (named !== undefined) return checked(resolve(from, named), named)
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).filter((path) => existsSync(path))
    if (found.length > 1) {
      throw usage(
        `found ${found.map((path) => basename(path)).join(' and ')} in ${folder}, expected one configuration`,
        'Remove all but one, or name it with --config.',
      )
    }
    if (found.length === 1) return found[0]!
    if (folder === dirname(folder)) break
  }
  throw usage(
    `there is no segmentry.config.ts in ${resolve(from)}, nor in a folder above it`,
    'Write one with a default export defineConfig({ schema, segments, source, database }), or name it with --config.',
  )
}

function checked(path: string, named: string): string {
  const wrong = (found: string): Error =>
    usage(`--config names ${found}`, `Expected a module such as segmentry.config.ts, as a path from here.`)
  if (!existsSync(path)) throw wrong(`'${named}', and there is no file ${path}`)
  if (!statSync(path).isFile()) throw wrong(`'${named}', which is no file`)
  if (!endings.includes(extname(path))) {
    throw wrong(`'${named}', which ends with none of ${endings.join(', ')}`)
  }
  return path
}
