import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { unsubscribeLinks } from '../src/index.ts'
import {
  nodeListener,
  unsubscribePage,
  type UnsubscribeRequest,
  type UnsubscribeStore,
} from '../src/web/index.ts'

const secrets = ['a secret that has 32 characters or more']
const now = (): Date => new Date('2026-11-26T08:00:00Z')
const links = unsubscribeLinks({ url: 'https://acme.example/unsubscribe/', secrets })
const who = { broadcast: 'spring', person: 'ann/42 "é"', topic: 'news' }
const { url, headers } = links.for(who)

const asked: UnsubscribeRequest[] = []
beforeEach(() => void asked.splice(0))
const store: UnsubscribeStore = {
  unsubscribe: async (request) => {
    asked.push(request)
    return asked.length > 1 ? 'already' : 'unsubscribed'
  },
}
const page = unsubscribePage({ secrets, store, now })
const post = (body: BodyInit, init: RequestInit = {}): Request =>
  new Request(url, { method: 'POST', body, ...init })
const oneClick = (): URLSearchParams => new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })

test('a link has the two header lines of RFC 8058, and no person in the clear', () => {
  expect(headers).toEqual({
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  })
  expect(url).toMatch(/^https:\/\/acme\.example\/unsubscribe\/1\.[\w-]+\.[\w-]+$/)
  for (const wrong of [
    'ftp://acme.example',
    'acme.example',
    'https://acme.example/?a',
    'https://acme.example/a b',
    undefined,
  ]) {
    expect(() => unsubscribeLinks({ url: wrong as never, secrets })).toThrow(RangeError)
  }
})

describe('POST unsubscribes', () => {
  test('by a mail program, in either kind of form', async () => {
    const form = new FormData()
    form.set('List-Unsubscribe', 'One-Click')
    for (const body of [oneClick(), form]) expect((await page(post(body))).status).toBe(200)
    expect(asked).toEqual([
      { ...who, at: now() },
      { ...who, at: now() },
    ])
  })

  test('by the button of the page, which says so, and that it was so already', async () => {
    const done = await page(post(new URLSearchParams({ intent: 'unsubscribe' })))
    expect(await done.text()).toContain('You are unsubscribed.')
    const again = await page(post(new URLSearchParams({ intent: 'unsubscribe' })))
    expect(await again.text()).toContain('You are already unsubscribed.')
    expect(asked).toHaveLength(2)
  })

  test('without a topic, from everything', async () => {
    const link = links.for({ broadcast: 'spring', person: '42' })
    await page(new Request(link.url, { method: 'POST', body: oneClick() }))
    expect(asked).toEqual([{ broadcast: 'spring', person: '42', at: now() }])
  })

  test.each([
    ['another form', new URLSearchParams({ a: 'b' })],
    ['no form', JSON.stringify({ 'List-Unsubscribe': 'One-Click' })],
    ['nothing', ''],
    ['another word', new URLSearchParams({ 'List-Unsubscribe': 'Two-Clicks' })],
    ['too much', new URLSearchParams({ 'List-Unsubscribe': 'One-Click', a: 'x'.repeat(20_000) })],
    ['an offer that was not made', new URLSearchParams({ intent: 'resubscribe' })],
  ])('not by %s', async (_, body) => {
    expect((await page(post(body))).status).toBe(400)
    const broken = post('--x\r\nbroken', { headers: { 'content-type': 'multipart/form-data; boundary=x' } })
    expect((await page(broken)).status).toBe(400)
    expect(asked).toEqual([])
  })
})

describe('GET', () => {
  test('never unsubscribes, and shows a page with a button that does', async () => {
    const answer = await page(new Request(url))
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html).toContain('<form method="post"><input type="hidden" name="intent" value="unsubscribe">')
    expect((await page(new Request(url, { method: 'HEAD' }))).status).toBe(200)
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      const refused = await page(new Request(url, { method }))
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    }
    expect(asked).toEqual([])
  })

  test('is kept by nobody, found by nobody, and takes nothing from elsewhere', async () => {
    const answer = await page(new Request(url))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    })
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(await answer.text()).not.toMatch(/https?:|<script|\son\w+=|url\(/i)
  })
})

test('a link that is not complete, or not ours, says so and asks nobody', async () => {
  const wrong = [url.slice(0, -1), `${url}x`, 'https://acme.example/unsubscribe/', url.replace('/1.', '/2.')]
  for (const one of wrong) {
    for (const init of [{}, { method: 'POST', body: oneClick() }]) {
      const answer = await page(new Request(one, init))
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('This link is not complete.')
    }
  }
  expect(asked).toEqual([])
})

test('a store that fails is a 503 that says nothing was changed, and nothing of why', async () => {
  const onError = vi.fn<(error: unknown) => void>()
  const failing = unsubscribePage({
    secrets,
    now,
    onError,
    store: { unsubscribe: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7')) },
  })
  const answer = await failing(post(oneClick()))
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '120'])
  const html = await answer.text()
  expect(html).toContain('nothing was changed')
  expect(html).toContain('value="unsubscribe"')
  expect(html).not.toContain('ECONNREFUSED')
  expect(onError).toHaveBeenCalledOnce()
  const odd = unsubscribePage({ secrets, onError, store: { unsubscribe: async () => 'maybe' as never } })
  expect((await odd(post(oneClick()))).status).toBe(503)
})

test('somebody who is not known any more is told so', async () => {
  const strangers = unsubscribePage({ secrets, store: { unsubscribe: async () => 'unknown' } })
  const answer = await strangers(post(oneClick()))
  expect([answer.status, (await answer.text()).includes('We do not know this address any more.')]).toEqual([
    200,
    true,
  ])
})

test('where it can be taken back, the page offers that', async () => {
  const back: UnsubscribeRequest[] = []
  const both = unsubscribePage({
    secrets,
    now,
    store: { ...store, resubscribe: async (request) => (back.push(request), 'subscribed') },
  })
  expect(await (await both(post(oneClick()))).text()).toContain('value="resubscribe"')
  expect(await (await both(post(new URLSearchParams({ intent: 'resubscribe' })))).text()).toContain(
    'You are subscribed again.',
  )
  expect(back).toEqual([{ ...who, at: now() }])
})

test('the page speaks as it is told to, and what it is told is text', async () => {
  const german = unsubscribePage({
    secrets,
    store,
    texts: (topic) => ({ lang: 'de', title: `Abmelden <${topic}>`, unsubscribe: 'Ja' }),
  })
  const answer = await german(new Request(url))
  const html = await answer.text()
  expect(html).toContain('<html lang="de">')
  expect(html).toContain('<h1>Abmelden &lt;news&gt;</h1>')
  expect(html).toContain('>Ja</button>')
  expect(answer.headers.get('content-language')).toBe('de')
})

test('settings that cannot be are refused', () => {
  expect(() => unsubscribePage({ secrets, store, stor: 1 } as never)).toThrow(
    "unknown option 'stor' - did you mean 'store'?",
  )
  expect(() => unsubscribePage({ secrets, store: {} } as never)).toThrow(
    "found an object as 'store', expected { unsubscribe:",
  )
  expect(() => unsubscribePage({ secrets: ['short'], store })).toThrow(RangeError)
})

describe('on node:http', () => {
  const served = async (use: (port: number) => Promise<void>): Promise<void> => {
    const server = createServer(nodeListener(page)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      await use((server.address() as AddressInfo).port)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const path = new URL(url).pathname

  test('the same is answered', async () => {
    await served(async (port) => {
      const shown = await fetch(`http://127.0.0.1:${port}${path}`)
      expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(await shown.text()).toContain('<button type="submit">Unsubscribe</button>')
      const head = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD' })
      expect([head.status, Number(head.headers.get('content-length')) > 1000]).toEqual([200, true])
      expect(asked).toEqual([])
      const done = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: oneClick() })
      expect([done.status, asked.length]).toEqual([200, 1])
      const form = new FormData()
      form.set('List-Unsubscribe', 'One-Click')
      const again = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: form })
      expect([again.status, asked.length]).toEqual([200, 2])
    })
  })

  test('a body that does not end, odd headers and odd addresses do no harm', async () => {
    await served(async (port) => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest({
          port,
          path,
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        })
        sent.on('response', (response) => (resolve(response.statusCode), sent.destroy()))
        sent.on('error', reject)
        sent.write('List-Unsubscribe=One-Click&a='.padEnd(60_000, 'x'))
      })
      expect(status).toBe(400)
      const raw = await new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.write('GET // HTTP/1.1\r\nHost: [\r\nX-A: \u0001\r\n\r\n', 'latin1'),
        )
        socket.once('data', (data) => (resolve(data.toString('latin1')), socket.destroy()))
        socket.once('error', reject)
      })
      expect(raw).toMatch(/^HTTP\/1\.1 40[04]/)
      expect(asked).toEqual([])
      // Whoever goes away in the middle takes nobody along.
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(
            `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\nList-`,
          )
          setTimeout(() => (socket.destroy(), resolve()), 50)
        })
      })
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200)
      expect(asked).toEqual([])
    })
  })
})
