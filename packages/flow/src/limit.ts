/** Why something was stopped that took too long. */
export class Overdue extends Error {
  constructor() {
    super('it took too long')
  }
}

/**
 * Runs something that is stopped when a signal aborts or when its time is over, then with an {@link Overdue} as the reason.
 *
 * Neither a timer nor a listener is left behind, as `AbortSignal.any` and `AbortSignal.timeout` would for every call.
 */
export async function limited<T>(
  signals: readonly AbortSignal[],
  milliseconds: number | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const follows = signals.map((signal) => ({ signal, follow: () => stop.abort(signal.reason) }))
  for (const { signal, follow } of follows) {
    if (signal.aborted) follow()
    else signal.addEventListener('abort', follow, { once: true })
  }
  const timer =
    milliseconds === undefined ? undefined : setTimeout(() => stop.abort(new Overdue()), milliseconds)
  try {
    stop.signal.throwIfAborted()
    return await run(stop.signal)
  } catch (error) {
    // An evaluator may say in its own words that it was stopped; what stopped it is what counts.
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    clearTimeout(timer)
    for (const { signal, follow } of follows) signal.removeEventListener('abort', follow)
  }
}
