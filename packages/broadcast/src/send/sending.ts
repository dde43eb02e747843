import type { Progress } from '../ledger/progress.ts'
import type { Worker } from './worker.ts'

/** A broadcast that this process is sending. */
export interface Sending extends AsyncIterable<Progress> {
  /** How far it is when this process has ended its part: done, paused, cancelled, or stopped and still `sending`. */
  readonly finished: Promise<Progress>
  /** Hands nothing over any more, and waits for what has been. */
  stop(): Promise<Progress>
}

/** How often progress is told, and how much longer than it takes to ask. */
const everyMs = 1_000
const timesAsLong = 20

/** A worker as its caller sees it: it works whether or not anybody looks. */
export function sendingOf(worker: Worker, progress: () => Promise<Progress>): Sending {
  const finished = worker.ended.then(progress)
  // Who only iterates is told of a failure there.
  finished.catch(() => undefined)
  return {
    finished,
    stop: () => {
      worker.stop()
      return finished
    },
    async *[Symbol.asyncIterator]() {
      const end = worker.ended.then(
        () => true as const,
        () => true as const,
      )
      for (let hasEnded = false; !hasEnded;) {
        const asked = performance.now()
        yield await progress()
        const rest = sleep(Math.max(everyMs, (performance.now() - asked) * timesAsLong))
        hasEnded = await Promise.race([end, rest])
      }
      yield await finished
    },
  }
}

/** Ends with false; it does not keep the process alive. */
const sleep = (ms: number): Promise<false> =>
  new Promise((resolve) => void setTimeout(() => resolve(false), ms).unref())
