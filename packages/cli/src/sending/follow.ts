import type { Progress, Sending } from '@segmentry/broadcast'
import { evenUnread, type Output } from '../output.ts'
import { progressLine } from '../view/progress.ts'

/** How often a line is written where it does not take the place of the one before, and where nothing has changed. */
const everyMs = 5_000
const stillMs = 60_000

/** Tells how far a broadcast is until this process has ended its part; gives how far it is then. */
export async function follow(sending: Sending, output: Output, json: boolean): Promise<Progress> {
  const { ticker } = output
  const begun = performance.now()
  let first: number | undefined
  let told: { readonly text: string; readonly at: number } | undefined
  let last: Progress | undefined
  try {
    for await (const progress of sending) {
      last = progress
      const through = progress.people - progress.pending - progress.inHand
      first ??= through
      const now = performance.now()
      const rate = ((through - first) / Math.max(1, now - begun)) * 1_000
      const text = json ? JSON.stringify(progress) : progressLine(progress, rate)
      if (!isDue(text, now, told, json || ticker.isInPlace)) continue
      told = { text, at: now }
      if (json) await evenUnread(output.print(text))
      else ticker.show(text)
    }
  } finally {
    ticker.clear()
    // After a failure too, what is in hand is waited for.
    last = await sending.stop()
  }
  return last
}

function isDue(
  text: string,
  now: number,
  told: { readonly text: string; readonly at: number } | undefined,
  isQuick: boolean,
): boolean {
  if (told === undefined) return true
  const since = now - told.at
  return text === told.text ? since >= stillMs : isQuick || since >= everyMs
}
