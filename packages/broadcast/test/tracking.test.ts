import { expect, test, vi } from 'vitest'
import { trackingLinks } from '../src/index.ts'
import { type Feedback, trackingHandler } from '../src/web/index.ts'

const secrets = ['a secret that has 32 characters or more']
const now = (): Date => new Date('2026-11-26T08:00:00Z')
const tracking = trackingLinks({ url: 'https://acme.example/t', secrets })
const html = `<html><body><a class="b" href="https://shop.example/?a=1&amp;b=%20#c">Shop</a>
<a href='http://shop.example/two'>Two</a> <a href="mailto:ann@example.com">Mail</a> <a href="#top">Top</a>
<a href="https://acme.example/u/1.a.b">Unsubscribe</a> <link href="https://shop.example/style.css"></body></html>`
const tracked = tracking.track(html, 'spring-42', ['https://acme.example/u/1.a.b'])
const [first, second] = [...tracked.matchAll(/href="(https:\/\/acme\.example\/t\/c\/[^"]+)"/g)].map(
  ([, link]) => link!,
)
const pixel = /<img src="([^"]+)"/.exec(tracked)![1]!

const open = (): { seen: Feedback[]; handler: ReturnType<typeof trackingHandler> } => {
  const seen: Feedback[] = []
  return {
    seen,
    handler: trackingHandler({
      secrets,
      now,
      store: { record: async (feedback) => void seen.push(...feedback) },
    }),
  }
}

test('links of the web lead by way of us, others and the excepted do not', () => {
  expect(tracked.match(/\/t\/c\//g)).toHaveLength(2)
  expect(tracked).not.toContain('shop.example/two')
  for (const kept of [
    'mailto:ann@example.com',
    '#top',
    'https://acme.example/u/1.a.b',
    'https://shop.example/style.css',
  ]) {
    expect(tracked).toContain(`href="${kept}"`)
  }
  expect(tracked).toMatch(
    /<img src="https:\/\/acme\.example\/t\/o\/[^"]+" width="1" height="1" alt="" style="[^"]*"><\/body><\/html>$/,
  )
  expect(tracking.track('<p>a</p>', 'k')).toMatch(/^<p>a<\/p><img /)
})

test('a click counts once for each link of a message, and leads on', async () => {
  const { seen, handler } = open()
  for (const link of [first, first, second]) {
    const answer = await handler(new Request(link!))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store'])
    expect(answer.headers.get('location')).toBe(
      link === first ? 'https://shop.example/?a=1&b=%20#c' : 'http://shop.example/two',
    )
  }
  expect(seen[0]).toEqual({
    kind: 'clicked',
    id: expect.stringMatching(/^click:spring-42:[0-9a-f]{32}$/),
    key: 'spring-42',
    at: now(),
    url: 'https://shop.example/?a=1&b=%20#c',
  })
  expect(new Set(seen.map(({ id }) => id)).size).toBe(2)
})

test('an open is a picture that nobody keeps', async () => {
  const { seen, handler } = open()
  const answer = await handler(new Request(pixel))
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/gif',
    'cache-control': 'no-store',
  })
  expect(new TextDecoder().decode(new Uint8Array(await answer.arrayBuffer()).slice(0, 6))).toBe('GIF89a')
  expect(seen).toEqual([{ kind: 'opened', id: 'open:spring-42', key: 'spring-42', at: now() }])
})

test('what nobody looked at does not count', async () => {
  const { seen, handler } = open()
  for (const link of [first!, pixel]) {
    expect((await handler(new Request(link, { method: 'HEAD' }))).status).toBeLessThan(400)
    for (const header of ['purpose', 'sec-purpose', 'x-moz']) {
      await handler(new Request(link, { headers: { [header]: 'prefetch;prerender' } }))
    }
  }
  expect(seen).toEqual([])
  const posted = await handler(new Request(first!, { method: 'POST' }))
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('it redirects to nowhere that was not signed', async () => {
  const { seen, handler } = open()
  const others = trackingLinks({
    url: 'https://acme.example/t',
    secrets: ['another secret of 32 characters or more'],
  })
  const foreign = /href="([^"]+)"/.exec(others.track('<a href="https://evil.example">x</a>', 'k'))![1]!
  const wrong = [
    foreign,
    `${first}x`,
    first!.slice(0, -1),
    'https://acme.example/t/c/https://evil.example',
    'https://acme.example/t/o/',
  ]
  for (const link of wrong) {
    const answer = await handler(new Request(link))
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
  }
  // The token of a picture leads nowhere, wherever it stands.
  const answer = await handler(new Request(pixel.replace('/o/', '/c/')))
  expect(answer.headers.get('location')).toBeNull()
  expect(seen.every(({ kind }) => kind === 'opened')).toBe(true)
})

test('a store that fails keeps nobody from where they wanted to go', async () => {
  const onError = vi.fn<(error: unknown) => void>()
  const handler = trackingHandler({
    secrets,
    onError,
    store: { record: () => Promise.reject(new Error('down')) },
  })
  expect((await handler(new Request(first!))).status).toBe(302)
  expect((await handler(new Request(pixel))).status).toBe(200)
  expect(onError).toHaveBeenCalledTimes(2)
  expect(() => trackingHandler({ secrets, store: {} } as never)).toThrow(
    "found an object as 'store', expected { record:",
  )
})
