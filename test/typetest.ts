import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// tstyche drives the compiler through its JavaScript API, which TypeScript 7 does not have: it is given
// TypeScript 6. `run.ts` in typeperf has TypeScript 7 check the same files.
const root = join(import.meta.dirname, '..')
const bin = join(
  dirname(createRequire(join(root, 'package.json')).resolve('tstyche/package.json')),
  'dist/bin.js',
)
const { status } = spawnSync(process.execPath, [bin, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    TSTYCHE_TYPESCRIPT_MODULE: import.meta.resolve('typescript-6'),
    TSTYCHE_NO_INTERACTIVE: 'true',
  },
})
process.exitCode = status ?? 1
