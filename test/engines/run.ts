import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { writeRecipes } from './recipes.ts'
import { installRedis } from './redis.ts'

// Installs the engines, and runs the recipes of the guides on them.

const here = import.meta.dirname
const root = join(here, '../..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)

writeRecipes('docs/guides/durable.md', 'docs/guides/automation.md')
installRedis()

const steps: readonly (readonly [string, ...string[]])[] = [
  ['npx', '-y', 'pnpm@12', '--dir', here, 'install', '--frozen-lockfile'],
  [bin('tsc'), '-p', here],
  [bin('oxlint'), '--type-aware', '--max-warnings', '0', '-c', join(here, 'oxlint.json'), 'test/engines'],
  [bin('vitest'), 'run', '--config', join(here, 'vitest.config.ts'), ...process.argv.slice(2)],
]

for (const [command, ...more] of steps) {
  const { status } = spawnSync(command, more, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
