import * as JsonSchema from 'effect/JsonSchema'
import * as Schema from 'effect/Schema'
import type { Route } from './routes.ts'
import { problemAnswer } from './shapes.ts'

/** The statuses of errors that a route may answer with, and what each is for. */
const problems: readonly (readonly [status: number, description: string, when: (route: Route) => boolean])[] =
  [
    [400, 'The request is not what can be asked', () => true],
    [401, 'No key, or none that is known', ({ open }) => open !== true],
    [404, 'There is no such segment', ({ path }) => path.includes('{segment}')],
    [408, 'The body was not sent in time', ({ body }) => body !== undefined],
    [413, 'More than the service takes at a time', ({ body }) => body !== undefined],
    [415, 'The body is not application/json', ({ body }) => body !== undefined],
    [422, 'A segment or a person that there is not', ({ body }) => body !== undefined],
    [429, 'More often than the key may ask', ({ open }) => open !== true],
    [500, 'A segment cannot be evaluated, or a failure that nobody foresaw', () => true],
    [503, 'The evaluator does not answer, or the service is stopping', () => true],
    [504, 'The answer took too long, and what ran was stopped', () => true],
  ]

type Json = JsonSchema.JsonSchema

/** The OpenAPI 3.1 document of a table of routes, made of the shapes that requests are checked by. */
export function openApiOf(routes: readonly Route[]): object {
  const definitions: Record<string, Json> = {}
  const schemas: Json[] = []
  /** Keeps a schema until all definitions are known. */
  const kept = (shape: Schema.Constraint, onExcessProperty: 'error' | 'ignore'): number => {
    const made = Schema.toJsonSchemaDocument(shape, { onExcessProperty })
    Object.assign(definitions, made.definitions)
    return schemas.push(made.schema) - 1
  }
  const problem = kept(problemAnswer, 'ignore')
  const places = routes.map((route) => ({
    route,
    answer: kept(route.answer, 'ignore'),
    query: route.query && kept(route.query, 'error'),
    body: route.body && kept(route.body, 'error'),
  }))

  const document = JsonSchema.toMultiDocumentOpenApi3_1({
    dialect: 'draft-2020-12',
    schemas: schemas as [Json, ...Json[]],
    definitions,
  })
  const schema = (place: number): Json => document.schemas[place]!
  const content = (type: string, place: number) => ({ [type]: { schema: schema(place) } })

  const paths: Record<string, Record<string, object>> = {}
  for (const { route, answer, query, body } of places) {
    const failures = problems
      .filter(([, , when]) => when(route))
      .map(([status, description]) => [
        String(status),
        { description, content: content('application/problem+json', problem) },
      ])
    const parameters = [
      ...pathParameters(route),
      ...(query === undefined ? [] : queryParameters(schema(query))),
    ]
    ;(paths[route.path] ??= {})[route.method.toLowerCase()] = {
      operationId: operationId(route),
      summary: route.summary,
      ...(route.open === true && { security: [] }),
      ...(parameters.length > 0 && { parameters }),
      ...(body !== undefined && {
        requestBody: { required: true, content: content('application/json', body) },
      }),
      responses: {
        200: { description: route.summary, content: content('application/json', answer) },
        ...Object.fromEntries(failures),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Segmentry', version: '1', description: 'Sends people down one branch by segment.' },
    security: [{ key: [] }],
    paths,
    components: {
      schemas: document.definitions,
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  }
}

/** `GET /people/{person}/segments` is `getPeopleSegments`. */
const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path.replaceAll(/\/\{\w+\}/g, '').replaceAll(/\/(\w)/g, (_, first: string) => first.toUpperCase())

const pathParameters = ({ path }: Route): readonly object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: name === 'person' ? 'The id of a person.' : 'The key of a segment.',
    schema: { type: 'string' },
  }))

function queryParameters({ properties = {}, required = [] }: Json): readonly object[] {
  const needed = new Set(required as readonly string[])
  return Object.entries(properties as Readonly<Record<string, Json>>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: needed.has(name),
      ...(description !== undefined && { description }),
      schema,
    }),
  )
}
