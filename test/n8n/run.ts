import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

// Installs what n8n brings, and tries the package of nodes with it: its types, n8n's rules, and n8n's engine.

const here = import.meta.dirname
const root = join(here, '../..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)

const steps: readonly (readonly [string, ...string[]])[] = [
  ['npx', '-y', 'pnpm@12', '--dir', here, 'install', '--frozen-lockfile'],
  [bin('tsc'), '-p', join(root, 'packages/n8n-nodes-segmentry'), '--noEmit'],
  [bin('tsc'), '-p', here],
  [
    bin('oxlint'),
    '--type-aware',
    '--max-warnings',
    '0',
    '-c',
    join(here, 'oxlint.json'),
    'packages/n8n-nodes-segmentry',
    'test/n8n',
  ],
  [process.execPath, join(here, 'rules.ts')],
  [bin('vitest'), 'run', '--config', join(here, 'vitest.config.ts'), ...process.argv.slice(2)],
]

for (const [command, ...more] of steps) {
  const { status } = spawnSync(command, more, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
