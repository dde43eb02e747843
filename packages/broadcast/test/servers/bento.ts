import type { Delivered } from '../../src/testing/index.ts'
import { type OpenedHttpServer, openHttpServer } from './http.ts'

// https://bentonow.com/docs/api/reference, …/docs/api/errors and …/docs/concepts/broadcasts

/** What the account is. */
export interface BentoSite {
  readonly publishableKey: string
  readonly secretKey: string
  readonly siteUuid: string
}

interface Posted {
  readonly site_uuid?: string
  readonly subscribers?: readonly { readonly email: string; readonly tags?: string }[]
  readonly broadcasts?: readonly Readonly<Record<string, unknown>>[]
}

/** Bento's imports and broadcasts, as its pages say they are. */
export async function openBento(site: BentoSite): Promise<
  OpenedHttpServer & {
    /** Tags by address; one that was given twice is there once. */
    readonly people: Map<string, Set<string>>
    readonly broadcasts: Readonly<Record<string, unknown>>[]
    readonly delivered: () => readonly Delivered[]
  }
> {
  const people = new Map<string, Set<string>>()
  const broadcasts: Readonly<Record<string, unknown>>[] = []
  const basic = `Basic ${Buffer.from(`${site.publishableKey}:${site.secretKey}`).toString('base64')}`
  const refused = (status: number, error: string) => ({ status, body: { error } })
  const server = await openHttpServer(({ method, path, headers, body }) => {
    if (!headers['user-agent'] || headers['user-agent'] === 'node') return refused(403, 'Forbidden')
    if (headers.authorization !== basic) return refused(401, 'Unauthorized')
    const posted = method === 'POST' ? (JSON.parse(body) as Posted) : {}
    const uuid =
      method === 'GET' ? new URL(path, 'http://bento').searchParams.get('site_uuid') : posted.site_uuid
    if (uuid !== site.siteUuid) return refused(401, 'Author not authorized')
    if (method === 'GET' && path.startsWith('/fetch/tags')) return { status: 200, body: { data: [] } }
    if (path === '/batch/subscribers') {
      const { subscribers = [] } = posted
      if (subscribers.length === 0 || subscribers.length > 1000)
        return refused(422, 'Send 1 to 1000 subscribers')
      let failed = 0
      for (const { email, tags = '' } of subscribers) {
        if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.endsWith('@refused.example')) failed += 1
        else people.set(email, new Set([...(people.get(email) ?? []), ...tags.split(',')]))
      }
      return { status: 200, body: { results: subscribers.length - failed, failed } }
    }
    if (path === '/batch/broadcasts') {
      const [broadcast = {}] = posted.broadcasts ?? []
      const { email } = (broadcast['from'] ?? {}) as { readonly email?: string }
      if (email !== 'ann@shop.example') {
        const failures = [{ index: 0, name: broadcast['name'], error: 'Author is not authorized' }]
        return { status: 200, body: { results: 0, failed: 1, broadcasts: [], failures } }
      }
      broadcasts.push(broadcast)
      const id = broadcasts.length
      const made = {
        id,
        template_id: id,
        name: broadcast['name'],
        dashboard_url: `https://app.bentonow.com/broadcasts/${id}`,
      }
      return { status: 200, body: { results: 1, failed: 0, broadcasts: [made] } }
    }
    return refused(404, 'Not found')
  })
  return { ...server, people, broadcasts, delivered: () => [...people.keys()].map((to) => ({ to })) }
}
