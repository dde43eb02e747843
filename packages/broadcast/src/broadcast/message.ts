import type { Message } from '../message/compile.ts'
import type { Broadcast } from './types.ts'

/** Whether something is what `compileMessage` gives. */
export const isMessage = (raw: unknown): raw is Message =>
  typeof raw === 'object' && raw !== null && 'render' in raw && typeof raw.render === 'function'

/** The messages of a broadcast by variant; the one for all has the name ''. */
export function messagesOf({ message }: Broadcast): ReadonlyMap<string, Message> {
  if (message === undefined) return new Map()
  return isMessage(message) ? new Map([['', message]]) : new Map(Object.entries<Message>(message))
}

/** The fields that any of the messages needs of a person. */
export const neededFields = (broadcast: Broadcast): readonly string[] =>
  [...new Set([...messagesOf(broadcast).values()].flatMap(({ needs }) => needs))].toSorted()
