import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

// Where the files go, and what stands there already.

/** A folder that a project is begun in. */
export interface Place {
  readonly folder: string
  /** How a file of TypeScript ends that Node reads as a module. */
  readonly ending: '.ts' | '.mts'
  /** The root of the repository, or the folder itself where there is none. */
  readonly root: string
  /** The folder as the root sees it: `.` or `apps/crm`. */
  readonly inside: string
  /** What installs the packages of the project, in a pipeline, and where. */
  readonly install: string
  readonly installIn: string
}

/** Looks at a folder. */
export function placeOf(folder: string): Place {
  const above = foldersAbove(folder)
  const root = above.find((one) => existsSync(join(one, '.git'))) ?? folder
  const locked = above
    .slice(0, above.indexOf(root) + 1)
    .flatMap((one) =>
      locks.filter(([file]) => existsSync(join(one, file))).map(([, call]) => [one, call] as const),
    )
  const [installIn, install] = locked[0] ?? [folder, 'npm ci']
  const inRoot = (path: string): string => relative(root, path).split(sep).join('/') || '.'
  return {
    folder,
    ending: isCommon(above) ? '.mts' : '.ts',
    root,
    inside: inRoot(folder),
    install,
    installIn: inRoot(installIn),
  }
}

function foldersAbove(folder: string): readonly string[] {
  const up = dirname(folder)
  return up === folder ? [folder] : [folder, ...foldersAbove(up)]
}

const locks = [
  ['package-lock.json', 'npm ci'],
  ['pnpm-lock.yaml', 'npx --yes pnpm install --frozen-lockfile'],
  ['yarn.lock', 'corepack enable && yarn install --immutable'],
] as const

/** Whether Node takes a file that ends with .ts for CommonJS: the nearest package says so. */
function isCommon(above: readonly string[]): boolean {
  const nearest = above.map((one) => join(one, 'package.json')).find((path) => existsSync(path))
  if (nearest === undefined) return false
  try {
    return Object(JSON.parse(readFileSync(nearest, 'utf8'))).type === 'commonjs'
  } catch {
    return false
  }
}

/** A path as a configuration in a folder says it. */
export const besides = (folder: string, path: string): string => {
  const way = relative(folder, path).split(sep).join('/')
  return way.startsWith('.') || way.startsWith('/') ? way : `./${way}`
}
