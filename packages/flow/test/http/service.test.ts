import { contains, type Evaluator, type SchemaOf, segmentry } from '@segmentry/core'
import { describe, expect, test } from 'vitest'
import { type Answered, flowService, remoteFlow, type ServiceOptions } from '../../src/http/index.ts'
import { meterOf } from '../../src/http/rate.ts'
import type { Transitions } from '../../src/index.ts'
import { counting } from '../counting.ts'
import { ask, evaluator, key, now, schema, segments, split } from './client.ts'

const serviceOf = (options: Partial<ServiceOptions> = {}) =>
  flowService({ evaluator, segments, keys: [key], ...options })
const service = serviceOf()

/** An evaluator that answers when it is told to, or is stopped. */
function waiting() {
  const stopped: unknown[] = []
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const which: Evaluator['which'] = async (all, ids, options = {}) => {
    const aborted = new Promise<never>((_, reject) =>
      options.signal?.addEventListener('abort', () => {
        stopped.push(options.signal?.reason)
        reject(options.signal?.reason as Error)
      }),
    )
    reached.resolve()
    await Promise.race([released.promise, aborted])
    return evaluator.which(all, ids, options)
  }
  return { evaluator: { ...evaluator, which }, stopped, reached: reached.promise, release: released.resolve }
}

describe('answers', () => {
  test('a split', async () => {
    const { status, body, headers } = await ask(service, '/split', { body: split })
    expect(status).toBe(200)
    expect(body['decisions']).toMatchObject([
      { subject: 'ann', branch: 'vip', matched: ['vip', 'west'], at: now },
      { subject: 'bob', branch: 'west' },
      { subject: 'nobody', branch: 'everyone', reason: 'not-found' },
    ])
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('the segments of a person, whatever the id looks like', async () => {
    const segmentsOf = async (id: string) => {
      const { body } = await ask(service, `/people/${encodeURIComponent(id)}/segments?at=${now}`)
      return body
    }
    expect(await segmentsOf('ann')).toEqual({
      person: 'ann',
      found: true,
      segments: ['vip', 'west', 'pro'],
      now,
    })
    expect(await segmentsOf('a/b?c=d&e f%2F')).toMatchObject({ found: true, segments: ['vip'] })
    expect(await segmentsOf('__proto__')).toMatchObject({ found: true, segments: ['vip'] })
    expect(await segmentsOf('nobody')).toMatchObject({ found: false, segments: [] })
    expect(await segmentsOf('')).toMatchObject({ person: '', found: false })
  })

  test('how many are in a segment, and who, a page at a time', async () => {
    const { body } = await ask(service, '/segments/west/count')
    expect(body).toEqual({ segment: 'west', count: 102 })
    const ids: unknown[] = []
    let next: unknown = undefined
    let pages = 0
    do {
      const after = typeof next === 'string' ? `&after=${encodeURIComponent(next)}` : ''
      const page = await ask(service, `/segments/west/members?limit=25${after}`)
      ids.push(...(page.body['members'] as readonly string[]))
      next = page.body['next']
      pages += 1
    } while (next !== undefined)
    expect(pages).toBe(5)
    expect(ids).toEqual(await Array.fromAsync(evaluator.members(segments.west)))
    expect((await ask(service, '/segments/vip/members')).body).toEqual({
      segment: 'vip',
      members: ['__proto__', 'a/b?c=d&e f%2F', 'ann'],
    })
  })

  test('why a person is in a segment', async () => {
    const { body } = await ask(service, '/people/ann/explain/west')
    expect(body).toEqual(await evaluator.explain(segments.west, 'ann'))
    expect((await ask(service, '/people/nobody/explain/west')).body).toEqual({
      person: 'nobody',
      found: false,
      member: false,
      now,
    })
  })

  test('what is sensitive is not shown', async () => {
    const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
    const ours = segment().group((g) => g.field('email', contains('example')))
    const { body } = await ask(serviceOf({ segments: { ours } }), '/people/ann/explain/ours')
    expect(body).toMatchObject({ member: true, reason: { finding: 'found a value that is not shown' } })
    expect(JSON.stringify(body)).not.toContain('ann@example.com')
  })

  test('health, at most once a second by the evaluator, without a key', async () => {
    const { evaluator: counted, asked } = counting(evaluator)
    const healthy = serviceOf({ evaluator: counted })
    for (let i = 0; i < 20; i++) {
      const { status, body } = await ask(healthy, '/health', { key: undefined })
      expect([status, body]).toEqual([200, { status: 'ok' }])
    }
    expect(asked).toEqual([1])
    const which = () => Promise.reject(new Error('down'))
    const ill = await ask(serviceOf({ evaluator: { ...evaluator, which } }), '/health', { key: undefined })
    expect(ill).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } })
  })

  test('who entered and left, where somebody knows', async () => {
    expect((await ask(service, '/segments/vip/transitions?event=entered')).status).toBe(404)
    const log = ['ann', 'bob', 'cy'].map((subject, i) => ({ id: `vip:${subject}:${i}`, subject, at: now }))
    const asked: unknown[] = []
    const transitions: Transitions = {
      transitions: async (query) => {
        asked.push(query)
        const { after = '0', limit = 10 } = query
        const page = log.slice(Number(after), Number(after) + limit)
        return { transitions: page, cursor: String(Number(after) + page.length) }
      },
    }
    const { fetch } = serviceOf({ transitions })
    const flow = remoteFlow({ url: 'http://segments/', key, fetch })
    const first = await flow.transitions({ segment: 'vip', event: 'entered', limit: 2 })
    expect(first).toEqual({ transitions: log.slice(0, 2), cursor: '2' })
    const rest = await flow.transitions({ segment: 'vip', event: 'entered', after: first.cursor })
    expect(rest).toEqual({ transitions: log.slice(2), cursor: '3' })
    expect(asked).toEqual([
      { segment: 'vip', event: 'entered', limit: 2 },
      { segment: 'vip', event: 'entered', after: '2' },
    ])
    const unknown = flow.transitions({ segment: 'vipp', event: 'left' })
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-segment', retryable: false })
  })
})

describe('refuses', () => {
  const refusals: readonly (readonly [string, string, Parameters<typeof ask>[2], number, string])[] = [
    ['a path that there is not', '/splits', {}, 404, 'bad-request'],
    ['a method that there is not', '/split', {}, 405, 'bad-request'],
    ['a path that is no UTF-8', '/people/%FF/segments', {}, 400, 'bad-request'],
    ['a segment that there is not', '/segments/vipp/count', {}, 404, 'unknown-segment'],
    ['a segment that all objects have', '/segments/toString/members', {}, 404, 'unknown-segment'],
    ['an instant that is none', '/segments/vip/count?at=now', {}, 400, 'bad-request'],
    ['a query that there is not', '/segments/vip/members?limt=5', {}, 400, 'bad-request'],
    ['a query twice', '/segments/vip/members?limit=5&limit=6', {}, 400, 'bad-request'],
    ['no people', '/segments/vip/members?limit=0', {}, 400, 'bad-request'],
    ['too many people of a page', '/segments/vip/members?limit=10001', {}, 400, 'bad-request'],
    ['half a person', '/segments/vip/members?limit=0.5', {}, 400, 'bad-request'],
    ['a query where there is none', '/segments?at=now', {}, 400, 'bad-request'],
    ['a body that is no JSON', '/split', { text: '{"subjects":' }, 400, 'bad-request'],
    ['a body that is deep', '/split', { text: '['.repeat(500_000) }, 400, 'bad-request'],
    ['an empty body', '/split', { text: '', headers: {} }, 400, 'bad-request'],
    ['null', '/split', { text: 'null' }, 400, 'bad-request'],
    [
      'another type',
      '/split',
      { text: 'a=1', headers: { 'content-type': 'text/plain' } },
      415,
      'bad-request',
    ],
    [
      'an unknown segment',
      '/split',
      { body: { ...split, branches: [{ key: 'a', when: 'b' }] } },
      422,
      'unknown-segment',
    ],
    [
      'a missing person, if told so',
      '/split',
      { body: { ...split, missing: 'error' } },
      422,
      'person-not-found',
    ],
    ['a body that is too large', '/split', { text: ' '.repeat(1_048_577) }, 413, 'too-large'],
    [
      'too many people',
      '/split',
      { body: { ...split, subjects: Array(10_001).fill('x') } },
      413,
      'too-large',
    ],
    [
      'too many branches',
      '/split',
      { body: { ...split, branches: Array.from({ length: 101 }, () => ({})) } },
      413,
      'too-large',
    ],
  ]

  test.each(refusals)('%s', async (_, path, options, status, code) => {
    const reply = await ask(service, path, options)
    expect(reply.status).toBe(status)
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    const { title, issues, detail, ...body } = reply.body
    expect(body).toEqual({ type: 'about:blank', status, code, retryable: false })
    expect(title).toMatch(/^[A-Z]/)
    expect(issues).not.toEqual([])
    expect(String(detail)).not.toMatch(/TypeError|undefined|\.ts/)
  })

  test('a path that there is not, with those that there are and the near one', async () => {
    const issueOf = async (path: string) => {
      const { body } = await ask(service, path)
      return (body['issues'] as readonly object[])[0]
    }
    const expected =
      'one of /split, /segments, /segments/{segment}/count, /segments/{segment}/members, /people/{person}/segments, ' +
      '/people/{person}/explain/{segment}, /health, /openapi.json'
    expect(await issueOf('/nothing/like/it')).toEqual({
      path: [],
      message: `found the path '/nothing/like/it', expected ${expected}`,
      found: "the path '/nothing/like/it'",
      expected,
    })
    const near = { expected, suggestion: '/segments' }
    const message = "unknown path '/segments/' - did you mean '/segments'?"
    expect(await issueOf('/segments/')).toMatchObject({ ...near, message })
    expect(await issueOf('/segmnets')).toMatchObject(near)
    expect(await issueOf('/people/ann/segments/')).toMatchObject({ suggestion: '/people/ann/segments' })
  })

  test('a page after what is no id there, without the words of the database', async () => {
    const members: Evaluator['members'] = async function* () {
      yield* []
      throw new RangeError("after is an id as column 'id' has it (int8), found 'abc'")
    }
    const numbered = serviceOf({ evaluator: { ...evaluator, members } })
    const { status, body } = await ask(numbered, '/segments/vip/members?after=abc')
    expect([status, body['code'], body['retryable']]).toEqual([400, 'bad-request', false])
    expect(body['issues']).toEqual([
      {
        path: ['after'],
        message: "found 'abc', expected an id, such as 'next' of the page before",
        found: "'abc'",
        expected: "an id, such as 'next' of the page before",
      },
    ])
  })

  test('what is wrong with all of it at once, each with its path', async () => {
    const branches = [{ key: 'a', percnt: 5 }]
    const { body } = await ask(service, '/split', { body: { ...split, branches, at: 'now' } })
    expect(body['issues']).toEqual(
      expect.arrayContaining([
        {
          path: ['branches', 0, 'percnt'],
          message: "unknown key 'percnt' - did you mean 'percent'?",
          found: 'percnt',
          expected: 'one of key, when, percent',
          suggestion: 'percent',
        },
        {
          path: ['at'],
          message: "found 'now', expected an instant such as '2026-11-24T09:30:00Z'",
          found: "'now'",
          expected: "an instant such as '2026-11-24T09:30:00Z'",
        },
      ]),
    )
  })

  test('whoever has no key, and gives nothing away', async () => {
    for (const shown of [undefined, '', 'wrong-key-of-some-length', `${key}x`, key.slice(0, -1)]) {
      const reply = await ask(service, '/split', { body: split, key: shown })
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    }
    const lower = await ask(service, '/segments', { headers: { authorization: `bearer ${key}` } })
    expect(lower.status).toBe(200)
    const open = await ask(serviceOf({ keys: 'open' }), '/segments', { key: undefined })
    expect(open.status).toBe(200)
  })

  test('what the evaluator says of itself', async () => {
    const told: unknown[] = []
    const secret = new Error('no route to 10.0.0.7, in: select secret from people')
    const failing = serviceOf({
      evaluator: { ...evaluator, which: () => Promise.reject(secret) },
      onError: (error) => told.push(error),
    })
    const reply = await ask(failing, '/split', { body: split })
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } })
    expect(JSON.stringify(reply.body)).not.toMatch(/secret|10\.0\.0\.7/)
    expect(told).toMatchObject([{ cause: secret }])
  })

  test('a key that asks too often, until a while later', async () => {
    const other = 'another-key-of-these-tests'
    const slow = serviceOf({ keys: [key, other], rate: { perSecond: 0.5, burst: 3 } })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await ask(slow, '/segments')).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const reply = await ask(slow, '/segments')
    expect(reply).toMatchObject({ body: { code: 'too-many-requests', retryable: true } })
    expect(reply.headers.get('retry-after')).toBe('2')
    expect((await ask(slow, '/segments', { key: other })).status).toBe(200)
    // Guessing keys is measured too, and takes nothing from those who have one.
    const guesses: number[] = []
    for (let i = 0; i < 5; i++)
      guesses.push((await ask(slow, '/segments', { key: `guess-${i}-of-a-key` })).status)
    expect(guesses).toEqual([401, 401, 401, 429, 429])
    expect((await ask(slow, '/segments', { key: other })).status).toBe(200)
  })

  test('a rate fills up as time goes by', () => {
    let clock = 0
    const meter = meterOf({ perSecond: 2, burst: 2 }, () => clock)
    const passes = (): boolean => {
      try {
        meter(1)
        return true
      } catch {
        return false
      }
    }
    expect([passes(), passes(), passes()]).toEqual([true, true, false])
    clock = 500
    expect([passes(), passes()]).toEqual([true, false])
    clock = 60_000
    expect([passes(), passes(), passes()]).toEqual([true, true, false])
  })
})

describe('time', () => {
  test('an answer that takes too long is stopped', async () => {
    const { evaluator: slow, stopped } = waiting()
    const reply = await ask(serviceOf({ evaluator: slow, timeout: '1 second' }), '/people/ann/segments')
    expect(reply).toMatchObject({ status: 504, body: { code: 'timeout', retryable: true } })
    expect(stopped).toHaveLength(1)
    const own = { ...split, timeout: '1 second' }
    const sooner = await ask(serviceOf({ evaluator: slow }), '/split', { body: own })
    expect(sooner).toMatchObject({ status: 504, body: { code: 'timeout' } })
    expect(stopped).toHaveLength(2)
  })

  test('what nobody waits for is stopped', async () => {
    const told: unknown[] = []
    const { evaluator: slow, stopped, reached } = waiting()
    const leaving = new AbortController()
    const logged: Answered[] = []
    const slowService = serviceOf({
      evaluator: slow,
      onError: (error) => told.push(error),
      onAnswer: (answered) => logged.push(answered),
    })
    const asked = ask(slowService, '/split', { body: split, signal: leaving.signal })
    await reached
    leaving.abort(new Error('went away'))
    await asked
    expect(stopped).toHaveLength(1)
    expect(told).toEqual([])
    expect(logged).toMatchObject([{ route: '/split', status: 499, key: 0 }])
    expect(logged[0]).not.toHaveProperty('code')
  })

  test('a service that stops finishes what runs and refuses what comes', async () => {
    const { evaluator: slow, reached, release } = waiting()
    const stopping = serviceOf({ evaluator: slow })
    const running = ask(stopping, '/split', { body: split })
    await reached
    const closed = stopping.close()
    const late = await ask(stopping, '/split', { body: split })
    expect(late).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } })
    expect(late.headers.get('retry-after')).toBe('1')
    release()
    expect((await running).status).toBe(200)
    await closed
  })

  test('a service that stops does not wait for ever', async () => {
    const { evaluator: slow, stopped, reached } = waiting()
    const stopping = serviceOf({ evaluator: slow })
    const running = ask(stopping, '/split', { body: split })
    await reached
    await stopping.close('1 second')
    expect(await running).toMatchObject({ status: 503 })
    expect(stopped).toHaveLength(1)
  })
})

test('a log is told the route, the answer and the key, and not about whom', async () => {
  const lines: Answered[] = []
  const onAnswer = (answered: Answered): void => void lines.push(answered)
  const logged = flowService({ evaluator, segments, keys: ['a-key-of-somebody-else', key], onAnswer })
  const get = (path: string, shown = key): Promise<Response> =>
    logged.fetch(new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${shown}` } }))
  await get('/people/ann/segments')
  await get('/people/ann/segments?at=ann')
  await get('/people/ann/segments', 'no-key-of-this-service')
  await get('/ann')
  expect(lines.map(({ milliseconds, ...line }) => [milliseconds >= 0, line])).toEqual([
    [true, { method: 'GET', route: '/people/{person}/segments', status: 200, key: 1 }],
    [true, { method: 'GET', route: '/people/{person}/segments', status: 400, code: 'bad-request', key: 1 }],
    [true, { method: 'GET', route: '/people/{person}/segments', status: 401, code: 'unauthorized' }],
    [true, { method: 'GET', status: 404, code: 'bad-request' }],
  ])
  expect(JSON.stringify(lines)).not.toContain('ann')
})

test('settings that cannot be are refused', () => {
  const made = (options: object) => () => serviceOf(options)
  expect(made({ keys: [] })).toThrow(RangeError)
  expect(made({ keys: ['short'] })).toThrow('at least one key of 16 visible ASCII characters')
  expect(made({ keys: undefined })).toThrow(RangeError)
  expect(made({ limits: { body: 0 } })).toThrow("the limit 'body' is a whole number from 1, found 0")
  expect(made({ limits: { bdoy: 1 } })).toThrow("did you mean 'body'?")
  expect(made({ timout: '1 second' })).toThrow("unknown option 'timout' - did you mean 'timeout'?")
  expect(made({ timeout: '1 moment' })).toThrow("timeout is a duration such as '10 seconds'")
  expect(made({ rate: { perSecond: 0 } })).toThrow(RangeError)
  expect(made({ segments: { vip: 1 } })).toThrow(TypeError)
})
