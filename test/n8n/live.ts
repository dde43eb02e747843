import { createHmac } from 'node:crypto'
import type { TransitionPage, TransitionQuery, Transitions } from '@segmentry/flow'
import { type Answer, type Ask, serve } from '@segmentry/flow/http'
import { type Opened, serviceOf } from '../setup/service.ts'

// What triggers speak to: the movements of the HTTP service, kept in a list, and subscriptions to them as the guide to n8n
// says that a service offers them.

/** Movements in the order in which they happened. */
export class Movements implements Transitions {
  readonly #log: { segment: string; event: string; id: string; subject: string; at: string }[] = []

  move(event: 'entered' | 'left', segment: string, ...subjects: readonly string[]): void {
    for (const subject of subjects) {
      const id = `${segment}:${subject}:${this.#log.length}`
      this.#log.push({ segment, event, id, subject, at: '2026-11-24T00:00:00.000Z' })
    }
  }

  async transitions({ segment, event, after, limit = 100 }: TransitionQuery): Promise<TransitionPage> {
    const page: TransitionPage['transitions'][number][] = []
    let place = after === undefined ? this.#log.length : Number(after.replace(/^\/&/, ''))
    for (; place < this.#log.length && page.length < limit; place += 1) {
      const { segment: of, event: what, ...transition } = this.#log[place]!
      if (of === segment && what === event) page.push(transition)
    }
    // Not a cursor that could be put into a URL as it is.
    return { transitions: page, cursor: `/&${place}` }
  }
}

/** A subscription as its maker sent it. */
export interface Subscription {
  readonly url: string
  readonly segment: string
  readonly event: string
  readonly secret: string
}

/** A service that tells of movements. */
export interface Live extends Opened {
  readonly movements: Movements
  readonly subscriptions: Map<string, Subscription>
}

const answer = (status: number, body?: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: body === undefined ? '' : JSON.stringify(body),
})

/** Starts the service with its movements and subscriptions. */
export async function openLive(): Promise<Live> {
  const movements = new Movements()
  const subscriptions = new Map<string, Subscription>()
  const { service, requests, ...opened } = serviceOf(undefined, { transitions: movements })

  const subscribed = async (ask: Ask): Promise<Answer> => {
    if (ask.header('authorization') !== `Bearer ${opened.key}`) return answer(401)
    const id = decodeURIComponent(ask.url.split('/')[2] ?? '')
    if (ask.method === 'POST') {
      const pieces = await Array.fromAsync(ask.body())
      const subscription = JSON.parse(Buffer.concat(pieces).toString()) as Subscription
      // An id that has to be written with care in a path.
      const made = `sub/${subscriptions.size + 1}?`
      subscriptions.set(made, subscription)
      return answer(201, { id: made })
    }
    const found = subscriptions.get(id)
    if (found === undefined) return answer(404)
    if (ask.method === 'DELETE') subscriptions.delete(id)
    const { url, segment, event } = found
    return ask.method === 'DELETE' ? answer(204) : answer(200, { id, url, segment, event })
  }

  const server = await serve(
    {
      ...service,
      answer: (ask) => {
        if (!ask.url.startsWith('/subscriptions')) return service.answer(ask)
        requests.push(`${ask.method} ${ask.url}`)
        return subscribed(ask)
      },
    },
    { port: 0 },
  )
  return {
    ...opened,
    url: server.url,
    requests,
    movements,
    subscriptions,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** How a delivery is signed: rightly, unless told. */
export interface Signing {
  readonly secret?: string
  readonly secondsAgo?: number
  readonly headers?: Readonly<Record<string, string>>
}

const id = 'msg_1'

const now = (): number => Math.floor(Date.now() / 1000)

/** The signature of a body, as Standard Webhooks has it. */
export function signatureOf(secret: string, body: string, timestamp = now()): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/** Sends a body to a subscription. */
export function deliver(
  { url, secret }: Subscription,
  body: string,
  signing: Signing = {},
): Promise<Response> {
  const timestamp = now() - (signing.secondsAgo ?? 0)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(signing.secret ?? secret, body, timestamp),
    ...signing.headers,
  }
  return fetch(url, { method: 'POST', headers, body })
}
