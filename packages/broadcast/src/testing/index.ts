import type { Delivered, OpenedTransport, TransportFault } from './case.ts'
import { throughFault } from './faults.ts'
import { closing, contents, sending } from './sending.ts'

export type { Delivered, OpenedTransport, TransportFault }

/** The functions of a test runner that the suite needs: those of vitest, or of `node:test` under these names. */
export interface TestRunner {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly afterAll: (run: () => Promise<void>) => unknown
}

/** A transport to be tested. */
export interface TestedTransport<O extends OpenedTransport> {
  /** Makes it, with something that takes its messages; called once. */
  readonly open: () => Promise<O>
  /** What may go wrong on the other side, by name. */
  readonly faults?: Readonly<Record<string, TransportFault<O>>>
  /** Texts that no outcome and no error may contain. */
  readonly secrets?: readonly string[]
  /** `'address'` for one that hands over no contents; `'message'` unless told. */
  readonly carries?: 'message' | 'address'
}

/**
 * Registers the tests that every transport passes: one of this package, or one of your own.
 *
 * The other side may be a server of the test or the real one; it has to tell what arrived. For every fault, what the outcomes say
 * is compared with that.
 *
 * @example
 * ```ts
 * import { testTransport } from '@segmentry/broadcast/testing'
 *
 * const registered: string[] = []
 * const runner = { test: (name: string) => registered.push(name), afterAll: () => undefined }
 * const lines: string[] = []
 * testTransport(runner, {
 *   open: async () => ({
 *     transport: consoleTransport({ write: (line) => void lines.push(line) }),
 *     delivered: async () => lines.map((line) => ({ to: /→ (\S+): /.exec(line)![1]! })),
 *   }),
 * })
 * registered.length > 10 // => true
 * ```
 */
export function testTransport<O extends OpenedTransport>(
  { test, afterAll }: TestRunner,
  { open, faults = {}, secrets = [], carries = 'message' }: TestedTransport<O>,
): void {
  let opened: Promise<O> | undefined
  const subject = async () => ({ opened: await (opened ??= open()), secrets })
  const cases = { ...sending, ...(carries === 'message' && contents) }
  for (const [name, run] of Object.entries(cases)) test(name, async () => run(await subject()))
  for (const [name, fault] of Object.entries(faults)) {
    test(`when ${name}: ${fault.expected}`, async () => throughFault(await subject(), fault))
  }
  for (const [name, run] of Object.entries(closing)) test(name, async () => run(await subject()))
  afterAll(async () => {
    const was = await opened
    await was?.transport.close?.()
    await was?.close?.()
  })
}
