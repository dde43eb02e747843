import { durationMs, isText, nearest, parseInstant, shown, unknownName } from '@segmentry/core'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as SchemaIssue from 'effect/SchemaIssue'
import { type FlowIssue, issueOf } from './errors.ts'

// The shapes of what comes in and goes out, written once: requests are checked by them, and the HTTP service
// makes its OpenAPI document of them.

const text = (description: string) => Schema.String.annotate({ description })

// What JSON Schema says of a value is kept only when it is said before the checks that it has no words for.
const name = (description: string) =>
  text(description).check(
    Schema.isBetweenLength(1, 200, { expected: '1 to 200 characters' }),
    Schema.makeFilter(isText, { expected: 'well-formed text without U+0000' }),
  )

/** An instant as text. */
export const instant = (description: string) =>
  Schema.String.annotate({ description, format: 'date-time' }).check(
    Schema.makeFilter((at: string) => parseInstant(at) !== undefined, {
      expected: "an instant such as '2026-11-24T09:30:00Z'",
    }),
  )

const optional = Schema.optionalKey
const isOneKind = (branch: object): boolean => 'when' in branch !== 'percent' in branch

/** One way for people to go. */
export const branchShape = Schema.Struct({
  key: name('Names the branch in decisions.'),
  when: optional(text('The key of the segment whose members take it.')),
  percent: optional(
    Schema.Finite.check(
      Schema.isBetween({ minimum: 0, maximum: 100 }),
      Schema.isMultipleOf(0.01, { expected: 'a number to the hundredth' }),
    ).annotate({
      description: 'The share of those whom no segment before it took, by the salt.',
    }),
  ),
})
  .check(
    Schema.makeFilter(isOneKind, {
      expected: 'either when or percent',
      toJsonSchema: () => [{ oneOf: [{ required: ['when'] }, { required: ['percent'] }] }, true],
    }),
  )
  .annotate({ identifier: 'Branch' })

const planFields = {
  branches: Schema.Array(branchShape).annotate({
    description: 'In order: a person takes the first that fits.',
  }),
  otherwise: name('The branch of everyone else.'),
  missing: optional(
    Schema.Union([
      Schema.Literals(['otherwise', 'error']),
      Schema.Struct({ branch: name('The branch of ids that the population does not have.') }),
    ]).annotate({
      description:
        'Where an id goes that the population does not have: otherwise, unless told. error fails the whole request.',
    }),
  ),
  salt: optional(name('What percent branches are drawn by; needed where there is one.')),
}

/** How people are divided. */
export const planShape = Schema.Struct(planFields)

/** A plan, and whom to divide: at most so many. */
export const requestShape = (most = Number.MAX_SAFE_INTEGER) =>
  Schema.Struct({
    subjects: Schema.Array(Schema.String)
      .check(Schema.isMaxLength(most))
      .annotate({ description: 'Ids of people; a decision stands for each, in this order.' }),
    ...planFields,
    at: optional(instant('The clock of the decision; that of the database unless told.')),
    explain: optional(
      Schema.Literals(['first', 'all']).annotate({
        description: 'Whether decisions name every branch that would have fitted: all, unless told.',
      }),
    ),
    timeout: optional(
      text("How long the answer may take, such as '5 seconds'.").check(
        Schema.makeFilter((timeout: string) => durationMs(timeout) !== undefined, {
          expected: "a duration such as '5 seconds'",
        }),
      ),
    ),
  }).annotate({ identifier: 'SplitRequest' })

/** Where a person goes and why. */
export const decisionShape = Schema.Struct({
  subject: Schema.String,
  branch: Schema.String,
  index: Schema.Int.annotate({
    description: 'The place of the branch in the plan; −1 for one that is not listed.',
  }),
  reason: Schema.Literals(['segment', 'percent', 'otherwise', 'not-found']),
  matched: Schema.Array(Schema.String).annotate({
    description: 'The branches that would have fitted, in order; the first one decided.',
  }),
  at: Schema.String.annotate({ format: 'date-time', description: 'The clock it was decided with.' }),
  version: text('A hash of the plan and its segments: equal versions decide alike.'),
}).annotate({ identifier: 'Decision' })

/** A segment as a flow's editor offers it. */
export const segmentShape = Schema.Struct({
  key: Schema.String,
  title: text('What people call it: its title, or its key.'),
  description: optional(Schema.String),
  version: text('The hash of its rule: equal versions have equal members.'),
}).annotate({ identifier: 'Segment' })

/** A shape of an object, with the names of its keys. */
export type ObjectShape = Schema.Decoder<object> & { readonly fields: Readonly<Record<string, unknown>> }

const formatted = SchemaIssue.makeFormatterStandardSchemaV1()

/** Everything in which data is not of a shape; nothing when it is. */
export function shapeIssues(shape: ObjectShape, data: unknown): readonly FlowIssue[] {
  const decoded = Schema.decodeUnknownResult(shape)(data, { errors: 'all', onExcessProperty: 'error' })
  if (Result.isSuccess(decoded)) return []
  return formatted(decoded.failure.issue).issues.map(({ path = [], message }) => {
    const at = path.map((part) => (typeof part === 'object' ? part.key : part)).map(pathPart)
    return issueIn(shape, data, at, message)
  })
}

const pathPart = (part: PropertyKey): string | number => (typeof part === 'number' ? part : String(part))

function issueIn(shape: ObjectShape, data: unknown, path: FlowIssue['path'], message: string): FlowIssue {
  const key = String(path.at(-1))
  if (message === 'Expected no excess property') {
    const known = knownAt(shape, path)
    const suggestion = nearest(key, known)
    return {
      path,
      message: unknownName('key', key, suggestion),
      found: key,
      expected: `one of ${known.join(', ')}`,
      ...(suggestion !== undefined && { suggestion }),
    }
  }
  if (message === 'Missing key') return issueOf(path, 'nothing', `the key '${key}'`)
  const found = shown(path.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], data))
  if (path.length === 0) return issueOf(path, found, `an object with ${Object.keys(shape.fields).join(', ')}`)
  return issueOf(path, found, message.replace(/^Expected /, ''))
}

/** The keys that the object has at the place of an unknown one. */
function knownAt(shape: ObjectShape, path: FlowIssue['path']): readonly string[] {
  if (path.length === 1) return Object.keys(shape.fields)
  return path[0] === 'branches' ? Object.keys(branchShape.fields) : ['branch']
}
