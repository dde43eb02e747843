import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Opened, openService } from '../setup/service.ts'
import { always, openStranger } from '../setup/stranger.ts'
import { serviceNode } from './flow.ts'
import { type NodeRed, openNodeRed } from './harness.ts'

// What the drop-down of segments asks the editor's server.

let service: Opened
let red: NodeRed
beforeAll(async () => {
  service = await openService()
  red = await openNodeRed()
})
afterAll(async () => {
  await red[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})
beforeEach(() => red.deploy([serviceNode(service)]))

const list = (body: unknown) => red.admin('/segmentry-service/segments', body)
const titles = ({ body }: { body: unknown }) =>
  (body as { segments: { title: string }[] }).segments.map(({ title }) => title)
const all = ['Our best', 'west', 'pro', 'engaged']

describe('the segments', () => {
  test('are those of a service that runs', async () => {
    const listed = await list({ id: 'service' })
    expect(listed.status).toBe(200)
    expect(titles(listed)).toEqual(all)
  })

  test('are those of a service that is not deployed yet', async () => {
    const form = { url: service.url, key: service.key, timeout: '5' }
    expect(titles(await list({ id: 'new', form }))).toEqual(all)
  })

  test('are listed with the key that is known here, when only the rest of the form is new', async () => {
    expect(titles(await list({ id: 'service', form: { url: service.url, timeout: 5 } }))).toEqual(all)
  })

  test.each<[string, unknown, string]>([
    ['a service that there is not', { id: 'gone' }, 'found no service that runs'],
    ['nothing', {}, 'found no service that runs'],
    ['no body', undefined, 'found no service that runs'],
    ['a list', [], 'found no service that runs'],
    ['a form that is none', { form: null }, 'found no service that runs'],
    ['an empty form', { form: {} }, "found 'undefined' as the URL of the service"],
    ['no URL', { id: 'new', form: { url: '', timeout: 5 } }, "found '' as the URL of the service"],
  ])('cannot be listed of %s', async (_, body, message) => {
    expect(await list(body)).toMatchObject({
      status: 502,
      body: { code: 'not-configured', message: expect.stringContaining(message) },
    })
  })

  test('cannot be listed with a wrong key, which the answer does not show', async () => {
    const form = { url: service.url, key: 'a-key-that-nobody-knows', timeout: 5 }
    const refused = await list({ id: 'new', form })
    expect(refused).toMatchObject({ status: 502, body: { code: 'unauthorized' } })
    expect(JSON.stringify(refused.body)).not.toContain('a-key-that-nobody-knows')
  })
})

test.each([null, {}, { segments: 'none' }, { segments: [null] }])('of %j there are none', async (body) => {
  await using stranger = await openStranger(always(200, body))
  expect(await list({ form: { url: stranger.url } })).toMatchObject({
    status: 502,
    body: { code: 'unavailable' },
  })
})

test('a key that is known here is not sent to another address', async () => {
  const keys: (string | undefined)[] = []
  await using stranger = await openStranger((request, response) => {
    keys.push(request.headers.authorization)
    always(200, { segments: [] })(request, response)
  })
  expect((await list({ id: 'service', form: { url: stranger.url, timeout: 5 } })).status).toBe(200)
  expect(keys).toEqual([undefined])
})

test('are for those who may change flows, and not for those who may look at them', async () => {
  const ask = async (permissions: string) =>
    (await red.admin('/segmentry-service/segments', { id: 'service' }, permissions)).status
  expect(await ask('read')).toBe(401)
  expect(await ask('flows.write')).toBe(401)
  expect(await ask('segmentry-service.write')).toBe(200)
  expect(await ask('*')).toBe(200)
})
