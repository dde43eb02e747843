import * as Cause from 'effect/Cause'
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Stream from 'effect/Stream'

/**
 * An effect as a promise: rejects with the effect's own error, or with the signal's reason once that aborted.
 *
 * An abort is answered when what ran has been stopped, so that no statement outlives its promise.
 */
export async function toPromise<A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> {
  signal?.throwIfAborted()
  const exit = await Effect.runPromiseExit(effect, { signal })
  if (Exit.isSuccess(exit)) return exit.value
  if (signal?.aborted && Cause.hasInterrupts(exit.cause)) throw signal.reason
  throw Cause.squash(exit.cause)
}

/** A stream as an async iterable; leaving the loop, or the signal, ends the stream and frees what it holds. */
export async function* toAsyncIterable<A, E>(
  stream: Stream.Stream<A, E>,
  signal?: AbortSignal,
): AsyncGenerator<A, void> {
  signal?.throwIfAborted()
  const iterator = Stream.toAsyncIterable(signal ? Stream.interruptWhen(stream, aborted(signal)) : stream)
  for await (const value of iterator) yield value
  signal?.throwIfAborted()
}

const aborted = (signal: AbortSignal): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const onAbort = (): void => resume(Effect.void)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return Effect.sync(() => signal.removeEventListener('abort', onAbort))
  })
