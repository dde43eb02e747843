import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The workspace's own folder, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of a file of the workspace. */
export const read = (path: string): string => readFileSync(root + path, 'utf8')

/** What stands in a JSON file of the workspace. */
export const readJson = <T>(path: string): T => JSON.parse(read(path)) as T

const foreign = /(^|\/)(node_modules|dist|site|coverage|\.git|\.bench|data)(\/|$)/

/** The workspace's own files that a pattern names, in order. */
export const files = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: root, exclude: (path) => foreign.test(path) })
    .filter((path) => !foreign.test(path) && existsSync(root + path))
    .toSorted()

/** A package's manifest, as far as the house looks at it. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The packages by folder name. */
export const packages: ReadonlyMap<string, Manifest> = new Map(
  files('packages/*/package.json').map((path) => [path.split('/')[1]!, readJson<Manifest>(path)]),
)
