import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { flowService } from '../../src/http/index.ts'
import { ask, evaluator, key, now, segments, split } from './client.ts'

// The document that is served is held against what is served.

type Json = Readonly<Record<string, unknown>>
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Json }>> }>
  >
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

const transitions = {
  transitions: async () => ({ transitions: [{ id: 'vip:ann:1', subject: 'ann', at: now }], cursor: '1' }),
}
const service = flowService({ evaluator, segments, keys: [key], transitions })
const { body } = await ask(service, '/openapi.json', { key: undefined })
const document = body as unknown as Document

/** A schema that lets no key through which it does not name: an answer with one more is then not as documented. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]))
  return inner['type'] === 'object' ? { ...inner, additionalProperties: false } : inner
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema({ $id: 'doc', components: strict(document.components) })

const problemsOf = (schema: Json, data: unknown): unknown => {
  const inDocument = JSON.parse(
    JSON.stringify(strict(schema)).replaceAll('"#/components', '"doc#/components'),
  ) as Json
  const validate = ajv.compile(inDocument)
  return validate(data) ? [] : validate.errors
}

test('the document is an OpenAPI 3.1 document', async () => {
  const { valid, errors } = await new Validator().validate(document as never)
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  expect(document.openapi).toBe('3.1.0')
})

const known = '/people/ann/explain'
const asked: readonly (readonly [string, string, string, Parameters<typeof ask>[2], number])[] = [
  ['post', '/split', '/split', { body: split }, 200],
  [
    'post',
    '/split',
    '/split',
    { body: { ...split, branches: [{ key: 'half', percent: 50 }], salt: 's' } },
    200,
  ],
  ['post', '/split', '/split', { body: { ...split, subjects: [] } }, 200],
  ['post', '/split', '/split', { body: {} }, 400],
  ['post', '/split', '/split', { body: split, key: undefined }, 401],
  ['post', '/split', '/split', { text: ' '.repeat(2_000_000) }, 413],
  ['post', '/split', '/split', { text: '', headers: { 'content-type': 'text/plain' } }, 415],
  ['post', '/split', '/split', { body: { ...split, missing: 'error' } }, 422],
  ['get', '/segments', '/segments', {}, 200],
  ['get', '/segments/{segment}/count', '/segments/vip/count', {}, 200],
  ['get', '/segments/{segment}/count', '/segments/vipp/count', {}, 404],
  ['get', '/segments/{segment}/members', '/segments/vip/members', {}, 200],
  ['get', '/segments/{segment}/members', '/segments/vip/members?limit=1', {}, 200],
  ['get', '/segments/{segment}/transitions', '/segments/vip/transitions?event=left', {}, 200],
  ['get', '/segments/{segment}/transitions', '/segments/vip/transitions', {}, 400],
  ['get', '/people/{person}/segments', '/people/ann/segments', {}, 200],
  ['get', '/people/{person}/segments', '/people/nobody/segments', {}, 200],
  ['get', '/people/{person}/explain/{segment}', `${known}/vip`, {}, 200],
  ['get', '/people/{person}/explain/{segment}', `${known}/engaged`, {}, 200],
  ['get', '/people/{person}/explain/{segment}', '/people/nobody/explain/pro', {}, 200],
  ['get', '/health', '/health', {}, 200],
]

describe('is answered as it is documented', () => {
  test.each(asked)('%s %s as %s (%j): %i', async (method, path, url, options, status) => {
    const reply = await ask(service, url, options)
    expect(reply.status).toBe(status)
    const [[type, { schema }]] = Object.entries(
      document.paths[path]![method]!.responses[status]!.content,
    ) as [[string, { readonly schema: Json }]]
    expect(reply.headers.get('content-type')).toBe(type)
    expect(problemsOf(schema, reply.body)).toEqual([])
  })

  test('every operation', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(
      new Set(
        asked.filter(([, , , , status]) => status === 200).map(([method, path]) => `${method} ${path}`),
      ),
    ).toEqual(new Set(documented))
  })
})

test('a request that the service takes is one that the document lets through, and the other way round', async () => {
  const { schema } = document.paths['/split']!['post']!.requestBody!.content['application/json']!
  const requests: readonly object[] = [
    split,
    { ...split, missing: { branch: 'strangers' }, explain: 'first', timeout: '5 seconds' },
    { ...split, branches: [{ key: 'a', percent: 12.5 }], salt: 's' },
    { ...split, branches: [{ key: 'a', percent: 1, when: 'vip' }] },
    { ...split, branches: [{ key: 'a' }] },
    { ...split, branches: [{ key: '', when: 'vip' }] },
    { ...split, branches: [{ key: 'a', percent: 101 }], salt: 's' },
    { ...split, subjects: [1] },
    { ...split, subject: 'ann' },
    { ...split, otherwise: undefined },
  ]
  for (const request of requests) {
    const sent = JSON.parse(JSON.stringify(request)) as object
    const { status } = await ask(service, '/split', { body: sent })
    expect(status === 200, JSON.stringify(sent)).toBe(
      (problemsOf(schema, sent) as readonly unknown[]).length === 0,
    )
  }
})
