import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// What n8n loads: CommonJS, and beside it the icons and what describes the nodes. Types are checked elsewhere, with n8n's.

const here = import.meta.dirname
const compiler = join(here, '../../node_modules/typescript/bin/tsc')

rmSync(join(here, 'dist'), { recursive: true, force: true })
execFileSync(process.execPath, [compiler, '-p', here, '--noCheck'], { stdio: 'inherit' })
for (const file of globSync(['icons/*.svg', 'nodes/*/*.json'], { cwd: here })) {
  cpSync(join(here, file), join(here, 'dist', file))
}
