import type { EvaluationOptions, Evaluator, Membership, SegmentsByKey } from '@segmentry/core'

/** A question of somebody who waits. */
interface Waiting {
  readonly people: readonly string[]
  readonly resolve: (memberships: readonly Membership[]) => void
  readonly reject: (reason: unknown) => void
  gone: boolean
  /** Is told when whoever waits goes. */
  left: () => void
}

/** Questions about the same segments at the same clock. */
interface Desk {
  running: number
  readonly waiting: Waiting[]
}

/** How many queries of one kind run at the same time. */
const atOnce = 2
/** People in one query; a question about more has one of its own. */
const most = 1_000

/**
 * Asks an evaluator in fewer questions: those that come while others run wait for them, and are then asked as one.
 *
 * Nobody waits when nothing runs. Whoever goes leaves the others their answer; a question that all have left is stopped.
 * Segments are told apart by their keys, so all have to be of one registry.
 */
export function gathered(evaluator: Evaluator): Evaluator {
  const desks = new Map<string, Desk>()

  const which = (
    segments: SegmentsByKey<string>,
    people: readonly string[],
    options: EvaluationOptions = {},
  ): Promise<readonly Membership[]> => {
    if (people.length > most) return evaluator.which(segments, people, options)
    const { now, signal } = options
    const clock = now === undefined ? {} : { now }
    const kind = JSON.stringify([Object.keys(segments).toSorted(), now])
    const desk = desks.get(kind) ?? { running: 0, waiting: [] }
    desks.set(kind, desk)
    const work = async (): Promise<void> => {
      desk.running += 1
      while (desk.waiting.length > 0) await together(evaluator, segments, clock, taken(desk.waiting))
      desk.running -= 1
      if (desk.running === 0) desks.delete(kind)
    }
    const asked = queued(people, signal, desk.waiting)
    if (desk.running < atOnce) void work()
    return asked
  }
  return { ...evaluator, which: which as Evaluator['which'] }
}

/** Puts a question at the end of a queue; it is rejected as soon as whoever asks goes. */
async function queued(
  people: readonly string[],
  signal: AbortSignal | undefined,
  queue: Waiting[],
): Promise<readonly Membership[]> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<readonly Membership[]>()
  const waiting: Waiting = { people, resolve, reject, gone: false, left: () => undefined }
  const leave = (): void => {
    waiting.gone = true
    reject(signal!.reason)
    waiting.left()
  }
  signal?.addEventListener('abort', leave, { once: true })
  queue.push(waiting)
  try {
    return await promise
  } finally {
    signal?.removeEventListener('abort', leave)
  }
}

/** Takes as many of those who wait as fit into one question. */
function taken(queue: Waiting[]): readonly Waiting[] {
  let people = 0
  const beyond = queue.findIndex((one) => (people += one.people.length) > most)
  return queue.splice(0, beyond < 0 ? queue.length : beyond).filter((one) => !one.gone)
}

/** Asks for all at once and hands each its part. */
async function together(
  evaluator: Evaluator,
  segments: SegmentsByKey<string>,
  clock: EvaluationOptions,
  all: readonly Waiting[],
): Promise<void> {
  if (all.length === 0) return
  const nobodyLeft = new AbortController()
  let staying = all.length
  for (const one of all) {
    one.left = () => {
      staying -= 1
      if (staying === 0) nobodyLeft.abort(new Error('nobody waits for the answer'))
    }
  }
  try {
    const people = all.flatMap((one) => one.people)
    const memberships = await evaluator.which(segments, people, { ...clock, signal: nobodyLeft.signal })
    let from = 0
    for (const one of all) one.resolve(memberships.slice(from, (from += one.people.length)))
  } catch (error) {
    for (const one of all) one.reject(error)
  }
}
