import { changed } from './change.ts'
import type { Run } from './run.ts'

export const run: Run<'cancel'> = (call, context) =>
  changed(
    call,
    context,
    (broadcasts, key) => broadcasts.cancel(key),
    () => 'Who was not sent to is not, whatever else happens.',
  )
