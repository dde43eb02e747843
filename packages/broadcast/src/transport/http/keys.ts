import { createHash } from 'node:crypto'
import type { Ready } from '../ready.ts'

/** The key of a request: that of its only message, or one that follows from the keys of all, in their order. */
export const requestKey = (ready: readonly Ready[]): string =>
  ready.length === 1
    ? ready[0]!.key
    : `batch-${createHash('sha256')
        .update(ready.map(({ key }) => key).join('\n'))
        .digest('hex')}`
