import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The nodes of node-red-contrib-segmentry in Node-RED itself. `pnpm run node-red` installs what these tests need, and runs them.

const here = fileURLToPath(new URL('.', import.meta.url))
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    root: here,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    maxWorkers: 2,
    setupFiles: ['../setup/node.ts'],
    globalSetup: ['./pack.ts'],
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
