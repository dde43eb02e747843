import { defineConfig } from 'vitest/config'

const integration = ['**/*.integration.test.ts', 'test/**/*.test.ts']
// What needs somebody else's engine: `pnpm run n8n`, `pnpm run engines` and `pnpm run node-red` install it and run them.
const rooms = ['test/n8n/**', 'test/engines/**', 'test/node-red/**']
const elsewhere = ['**/node_modules/**', '**/dist/**', '**/typetest/**', ...rooms]

/** Where the counts of the run are to be written, for .ci/run. */
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // Two: one busy with a test, one with a database. More only make machines with few cores slower.
    maxWorkers: 2,
    setupFiles: ['./test/setup/node.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // The documentation test strips types with Node's own, which still announces itself.
          execArgv: ['--disable-warning=ExperimentalWarning'],
          include: ['packages/*/test/**/*.test.ts', 'examples/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: [...elsewhere, '**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          exclude: [...elsewhere, 'test/house/**'],
          globalSetup: ['./packages/testing/src/vitest.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
