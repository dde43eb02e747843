import { nextCall } from './broadcasting.ts'
import { changed } from './change.ts'
import type { Run } from './run.ts'

export const run: Run<'resume'> = (call, context) =>
  changed(
    call,
    context,
    (broadcasts, key) => broadcasts.resume(key),
    (key) => `It is sent by: ${nextCall(call.flags.config, 'send', key)}`,
  )
