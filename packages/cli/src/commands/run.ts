import type { Call } from '../command/spec.ts'
import type { CommandName, specs } from '../command/specs.ts'
import type { Exit } from '../failure.ts'
import type { Output } from '../output.ts'

/** What a command works with. */
export interface Context {
  readonly output: Output
  /** Where the command was called; throws where there is no such folder any more. */
  readonly folder: () => string
  /** Aborts when somebody interrupts the command. */
  readonly signal: AbortSignal
}

/** Does what one command is for. */
export type Run<N extends CommandName> = (call: Call<(typeof specs)[N]>, context: Context) => Promise<Exit>

/** How long what was interrupted has to end by itself. */
const patience = 1_000

/** Waits for something no longer than until a moment after an interruption; not all of it can be stopped. */
export async function stoppable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const leave = (): void => void setTimeout(() => reject(signal.reason as Error), patience)
    signal.addEventListener('abort', leave, { once: true })
  })
  return Promise.race([work, late])
}
