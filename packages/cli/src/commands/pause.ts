import { nextCall } from './broadcasting.ts'
import { changed } from './change.ts'
import type { Run } from './run.ts'

export const run: Run<'pause'> = (call, context) => {
  const { reason, config } = call.flags
  return changed(
    call,
    context,
    (broadcasts, key) => broadcasts.pause(key, ...(reason === undefined ? [] : [reason])),
    (key) => `Its senders end when what is in hand is through. To go on: ${nextCall(config, 'resume', key)}`,
  )
}
