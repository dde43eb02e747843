import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Splits in the engines of others. `pnpm run engines` installs them, writes the recipes, and runs these tests.

const here = fileURLToPath(new URL('.', import.meta.url))
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    root: here,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // Engines tell of what they do.
    silent: 'passed-only',
    maxWorkers: 2,
    setupFiles: ['../setup/node.ts'],
    globalSetup: ['../../packages/testing/src/vitest.ts'],
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
