import { existsSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { usage } from '../failure.ts'
import { blame } from './blame.ts'
import { checkConfig } from './check.ts'
import type { Config } from './config.ts'
import { findConfig } from './find.ts'

/** A configuration that was read and checked, and where it stands. */
export interface Loaded {
  readonly config: Config
  readonly path: string
  readonly folder: string
}

/** Reads the configuration; throws a failure in a few lines for one that cannot be read, whatever is wrong with it. */
export async function loadConfig(from: string, named: string | undefined): Promise<Loaded> {
  const path = findConfig(from, named)
  const folder = dirname(path)
  refuseOldNode(path)
  const variables = join(folder, '.env')
  // What the environment says already stands.
  if (existsSync(variables)) process.loadEnvFile(variables)
  const module = await imported(path)
  if (module.default === undefined) {
    const others = Object.keys(module).map((name) => `'${name}'`)
    const found = others.length === 0 ? 'no export' : `the export ${others.join(', ')} and no default`
    throw usage(
      `found ${found} in ${path}, expected a default one`,
      'Write: export default defineConfig({ schema, segments, source, database })',
    )
  }
  await checkConfig(module.default, path)
  return { config: module.default as Config, path, folder }
}

async function imported(path: string): Promise<{ readonly default?: unknown }> {
  const { stackTraceLimit } = Error
  // What a builder throws stands far below the line that called it.
  Error.stackTraceLimit = 100
  try {
    return (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (error) {
    throw blame(error, path)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Node strips types by itself from 22.18 on, and from 23.6 on. */
function refuseOldNode(path: string): void {
  const isTyped = ['.ts', '.mts'].includes(extname(path))
  const { typescript } = process.features as { readonly typescript?: string | false }
  if (!isTyped || (typescript !== undefined && typescript !== false)) return
  throw usage(
    `${path} is TypeScript, which Node ${process.versions.node} does not read by itself`,
    'Use Node 22.18 or later; or set NODE_OPTIONS=--experimental-strip-types; or write it as segmentry.config.js.',
  )
}
