import type { OpenedAdapter } from './case.ts'
import { routing } from './routing.ts'
import { type SplitFixture, splitFixture } from './fixture.ts'
import { refusals } from './refusals.ts'

export type { OpenedAdapter, SplitFixture }
export { splitFixture }

/** The functions of a test runner that the suite needs: those of vitest, or of `node:test` under these names. */
export interface TestRunner {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly afterAll: (run: () => Promise<void>) => unknown
}

/**
 * Registers the tests that every way of splitting passes: in the process, over HTTP, in a node of a flow engine.
 *
 * `open` makes the adapter on the fixture's people and segments; it is called once, and closed at the end.
 *
 * @example
 * ```ts
 * import { testSplitAdapter } from '@segmentry/flow/testing'
 *
 * const registered: string[] = []
 * const runner = { test: (name: string) => registered.push(name), afterAll: () => undefined }
 * testSplitAdapter(runner, async ({ schema, people, segments, now }) => ({
 *   flow: segmentFlow(inProcess(schema, people, { now }), segments),
 * }))
 * registered.length > 10 // => true
 * ```
 */
export function testSplitAdapter(
  { test, afterAll }: TestRunner,
  open: (fixture: SplitFixture) => Promise<OpenedAdapter>,
): void {
  let opened: Promise<OpenedAdapter> | undefined
  for (const [name, run] of Object.entries({ ...routing, ...refusals })) {
    test(name, async () => run(await (opened ??= open(splitFixture))))
  }
  afterAll(async () => (await opened)?.close?.())
}
