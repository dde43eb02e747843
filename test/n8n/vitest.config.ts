import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The nodes of n8n-nodes-segmentry in n8n's own engine. `pnpm run n8n` installs what these tests need, and runs them.

const here = fileURLToPath(new URL('.', import.meta.url))
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    root: here,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // n8n prints the errors of workflows.
    silent: 'passed-only',
    maxWorkers: 2,
    // n8n takes long to load, and tests have nothing in common but it.
    isolate: false,
    setupFiles: ['../setup/node.ts'],
    globalSetup: ['./pack.ts'],
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // n8n writes a folder for its user even when only its engine is loaded.
    env: {
      N8N_USER_FOLDER: `${here}.packed/home`,
      N8N_ENCRYPTION_KEY: 'only for tests',
      N8N_LOG_LEVEL: 'error',
    },
  },
})
