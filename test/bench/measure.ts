/** How long something took, over several runs. */
export interface Timing {
  /** Milliseconds: half of the runs were faster. */
  readonly median: number
  readonly fastest: number
  readonly runs: number
}

/** Something to be measured beside others. */
export interface Contender {
  readonly name: string
  readonly run: () => Promise<unknown>
}

/** How long all of it may take. */
export interface Effort {
  readonly rounds: number
  /** A contender whose first run takes longer than this, in milliseconds, is not run again. */
  readonly patience: number
}

/** How long a turn is filled with runs, in milliseconds: half a millisecond alone is mostly what else the machine does. */
const turnMs = 30

/**
 * Measures contenders in turns, so that what else the machine does meets all of them.
 *
 * The first run of each is a warm-up, unless it was so slow that it has to stand for all.
 */
export async function measure(
  contenders: readonly Contender[],
  { rounds, patience }: Effort,
): Promise<ReadonlyMap<string, Timing>> {
  const times = new Map<string, number[]>()
  const steady: { readonly contender: Contender; readonly repeats: number }[] = []
  for (const contender of contenders) {
    const first = await timed(contender)
    if (first > patience) times.set(contender.name, [first])
    else steady.push({ contender, repeats: Math.max(1, Math.min(50, Math.floor(turnMs / first))) })
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < steady.length; i++) {
      // Whoever comes first finds other pages in the cache, so the turns move on.
      const { contender, repeats } = steady[(i + round) % steady.length]!
      const all = times.get(contender.name) ?? []
      for (let run = 0; run < repeats; run++) all.push(await timed(contender))
      times.set(contender.name, all)
    }
  }
  return new Map([...times].map(([name, all]) => [name, timingOf(all)]))
}

async function timed({ run }: Contender): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

/** The timing of the milliseconds that runs took. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, fastest: sorted[0]!, runs: sorted.length }
}
