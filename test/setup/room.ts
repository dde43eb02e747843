import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

// Rooms are workspaces of their own, for what is large or not open: the tests of a package in somebody else's engine.

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A tool of the workspace. */
export const bin = (name: string): string => join(root, 'node_modules/.bin', name)

/** A command with its arguments. */
export type Step = readonly [string, ...string[]]

/** Installs what a room needs, and runs its steps until one fails. */
export function runRoom(here: string, steps: readonly Step[]): void {
  const install: Step = ['npx', '-y', 'pnpm@12', '--dir', here, 'install', '--frozen-lockfile']
  for (const [command, ...more] of [install, ...steps]) {
    const { status } = spawnSync(command, more, { cwd: root, stdio: 'inherit' })
    if (status !== 0) process.exit(status ?? 1)
  }
}

/** The linter with a room's own rules, over some folders. */
export const lint = (here: string, ...folders: readonly string[]): Step => [
  bin('oxlint'),
  '--type-aware',
  '--max-warnings',
  '0',
  '-c',
  join(here, 'oxlint.json'),
  ...folders,
]

/** The tests of a room; those that the command line names, when it names some. */
export const tests = (here: string): Step => [
  bin('vitest'),
  'run',
  '--config',
  join(here, 'vitest.config.ts'),
  ...process.argv.slice(2),
]
