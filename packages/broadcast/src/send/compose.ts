import { createHash } from 'node:crypto'
import type { Person } from '@segmentry/core'
import { toPromise } from '@segmentry/postgres/effect'
import { messagesOf } from '../broadcast/message.ts'
import type { Broadcast } from '../broadcast/types.ts'
import type { Context } from '../context.ts'
import { MessageError } from '../message/errors.ts'
import type { Message } from '../message/compile.ts'
import type { Tracking } from '../tracking/links.ts'
import type { Outgoing } from '../transport/transport.ts'
import type { UnsubscribeLinks } from '../unsubscribe/links.ts'
import type { Claimed } from './statements.ts'
import type { Composed, WorkerContext } from './worker.ts'

/** What stands in messages beside what they say. */
export interface Links {
  /** The links to unsubscribe; a message that shows one has to have them. */
  readonly unsubscribe?: UnsubscribeLinks
  /** Counts opens and clicks. */
  readonly tracking?: Tracking
}

/** The key of a message: the same for the same person and broadcast, and of no other. */
export const messageKey = (broadcast: string, person: string): string =>
  createHash('sha256').update(`${broadcast}\0${person}`).digest('hex')

/** How a message is named in links of ours, so that what comes back by them is matched. */
export const messageRef = (broadcast: string, person: string): string => JSON.stringify([broadcast, person])

/** What a name of {@link messageRef} names. */
export function readRef(ref: string): { readonly broadcast: string; readonly person: string } | undefined {
  if (!ref.startsWith('["')) return undefined
  try {
    const [broadcast, person] = JSON.parse(ref) as readonly unknown[]
    return typeof broadcast === 'string' && typeof person === 'string' ? { broadcast, person } : undefined
  } catch {
    return undefined
  }
}

/**
 * Makes the messages of a broadcast for those who were claimed: their fields are read as they are now, in one query.
 *
 * The clock of a message is when its audience was fixed, so that it says the same when it is tried again. `name` is what the broadcast is called
 * by links and by the transport.
 */
export function composer(
  { evaluation }: Context,
  broadcast: Broadcast,
  links: Links,
  frozenAt: number,
  name = broadcast.key,
): WorkerContext['compose'] {
  const messages = messagesOf(broadcast)
  const fields = [...new Set([...messages.values()].flatMap((message) => message.fields))]
  const load = async (claimed: readonly Claimed[]): Promise<ReadonlyMap<string, Person>> => {
    if (fields.length === 0) return new Map(claimed.map(({ person }) => [person, { id: person }]))
    const people = claimed.map(({ person }) => person)
    const needs = { fields, tags: [], events: [], accounts: [], time: false }
    const loaded = await toPromise(evaluation.load(people, needs))
    return new Map(loaded.map((person) => [person.id, person]))
  }
  const compose = (claimed: Claimed, person: Person | undefined): Composed => {
    const message = messages.get(claimed.variant ?? '') ?? messages.get('')
    if (!person) return { skip: 'gone' }
    if (!message) return { outgoing: bare(name, claimed) }
    return said(broadcast, claimed, person, { message, links, frozenAt, name })
  }
  return async (claimed) => {
    const people = await load(claimed)
    return claimed.map((one) => compose(one, people.get(one.person)))
  }
}

/** Somebody to tell a transport of that says nothing itself, such as one that writes a tag. */
const bare = (broadcast: string, { person, address }: Claimed): Outgoing => ({
  key: messageKey(broadcast, person),
  broadcast,
  person,
  to: address,
  from: '',
  subject: '',
  headers: {},
  attachments: [],
})

interface Saying {
  readonly message: Message
  readonly links: Links
  readonly frozenAt: number
  readonly name: string
}

function said(
  { key, topic }: Broadcast,
  { person: id, address, variant }: Claimed,
  person: Person,
  { message, links, frozenAt, name }: Saying,
): Composed {
  const link = links.unsubscribe?.for({ broadcast: name, person: id, ...(topic !== undefined && { topic }) })
  try {
    const rendered = message.render(person, {
      broadcast: key,
      ...(variant !== null && { variant }),
      ...(link && { unsubscribeUrl: link.url }),
      at: frozenAt,
    })
    if ('missing' in rendered) return { skip: 'incomplete', detail: rendered.missing.join(', ') }
    const { html } = rendered
    const tracked =
      html !== undefined && links.tracking
        ? links.tracking.track(html, messageRef(name, id), link ? [link.url] : [])
        : html
    return {
      outgoing: {
        ...rendered,
        ...(tracked !== undefined && { html: tracked }),
        headers: { ...rendered.headers, ...link?.headers },
        key: messageKey(name, id),
        broadcast: name,
        person: id,
        to: address,
      },
    }
  } catch (error) {
    if (error instanceof MessageError) return { skip: 'unrenderable', detail: error.message }
    throw error
  }
}
