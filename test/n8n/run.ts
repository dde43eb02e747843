import { join } from 'node:path'
import { bin, lint, root, runRoom, tests } from '../setup/room.ts'

// Installs what n8n brings, and tries the package of nodes with it: its types, n8n's rules, and n8n's engine.

const here = import.meta.dirname

runRoom(here, [
  [bin('tsc'), '-p', join(root, 'packages/n8n-nodes-segmentry'), '--noEmit'],
  [bin('tsc'), '-p', here],
  lint(here, 'packages/n8n-nodes-segmentry', 'test/n8n'),
  [process.execPath, join(here, 'rules.ts')],
  tests(here),
])
