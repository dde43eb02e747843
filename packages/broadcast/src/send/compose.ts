import { createHash } from 'node:crypto'
import type { Broadcast } from '../broadcast/types.ts'
import type { Context } from '../context.ts'
import type { WorkerContext } from './worker.ts'

/** The key of a message: the same for the same person and broadcast, and of no other. */
export const messageKey = (broadcast: string, person: string): string =>
  createHash('sha256').update(`${broadcast}\0${person}`).digest('hex')

/** Makes the messages of a broadcast. */
export const composer =
  (_: Context, { key }: Broadcast): WorkerContext['compose'] =>
  (claimed) =>
    Promise.resolve(
      claimed.map(({ person, address }) => ({
        outgoing: {
          key: messageKey(key, person),
          broadcast: key,
          person,
          to: address,
          from: 'a@example.com',
          subject: key,
          text: key,
          headers: {},
          attachments: [],
        },
      })),
    )
