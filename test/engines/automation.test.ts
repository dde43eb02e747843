import { inProcess } from '@segmentry/core'
import { flowService, serve } from '@segmentry/flow/http'
import { splitFixture } from '@segmentry/flow/testing'
import { afterAll, describe, expect, test } from 'vitest'
import pipedream from './.recipes/pipedream.ts'
import { main } from './.recipes/windmill.ts'
import zapier from './.recipes/zapier.ts'
import { readPage } from './recipes.ts'

// What a hosted product would send or run, against the service over HTTP.

const { schema, segments, people, now } = splitFixture
const key = 'a-key-that-only-tests-know'
const evaluator = inProcess(schema, people, { now })
const server = await serve(flowService({ evaluator, segments, keys: [key] }), { port: 0 })
afterAll(() => server.close())

const service = { url: server.url, key }
const chosen = ['vip', 'west']

test('the request of the guide gets the answer of the guide', async () => {
  const [request = '', answer = ''] = [
    ...readPage('docs/guides/automation.md').matchAll(/^```json\n(.*?)^```$/gms),
  ].map(([, text]) => text)
  const response = await fetch(`${server.url}/split`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: request,
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual(JSON.parse(answer))
})

describe.each<[string, (person: string, segments: string[], to?: typeof service) => Promise<unknown>]>([
  ['Windmill', (person, among, to = service) => main(to, person, among)],
  [
    'Zapier',
    (person, among, to = service) =>
      zapier.operation.perform({}, { authData: to, inputData: { person, segments: among } }),
  ],
  [
    'Pipedream',
    (person, among, to = service) =>
      pipedream.run.call({ ...to, person, segments: among }, { $: { export: () => undefined } }),
  ],
])('a step of %s', (_, run) => {
  test('gives the branch', async () => {
    expect(await run('bob', chosen)).toMatchObject({ subject: 'bob', branch: 'west', matched: ['west'] })
    expect(await run('nobody', chosen)).toMatchObject({ branch: 'everyone', reason: 'not-found' })
  })

  test('fails with what it says, and is no branch', async () => {
    await expect(run('bob', ['wset'])).rejects.toMatchObject({ code: 'unknown-segment', retryable: false })
    await expect(run('bob', chosen, { ...service, key: 'another' })).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })
})

test('a form of Pipedream offers the segments', async () => {
  const offered = await pipedream.props.segments.options.call({ ...service, person: '', segments: [] })
  expect(offered[0]).toEqual({ value: 'vip', label: 'Our best' })
})
