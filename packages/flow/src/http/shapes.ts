import { type Explanation, isText } from '@segmentry/core'
import * as Schema from 'effect/Schema'
import { decisionShape, instant, segmentShape } from '../shape.ts'

// What the service answers and which queries it takes; its OpenAPI document is made of these.

const optional = Schema.optionalKey
const text = (description: string) => Schema.String.annotate({ description })
const whole = (least: number, most: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: least, maximum: most }))

const clock = optional(instant('The clock of the answer; that of the database unless told.'))

/** The clock of a question. */
export const clockQuery = Schema.Struct({ at: clock })

/** Which members to list. */
export const pageQuery = (most: number) =>
  Schema.Struct({
    at: clock,
    after: optional(
      text('Goes on after this person.').check(
        Schema.makeFilter(isText, { expected: 'well-formed text without U+0000' }),
      ),
    ),
    limit: optional(
      whole(1, most).annotate({ description: `How many at most: ${Math.min(1_000, most)} unless told.` }),
    ),
  })

/** Which movements to read. */
export const transitionQuery = (most: number) =>
  Schema.Struct({
    event: Schema.Literals(['entered', 'left']),
    after: optional(text('The cursor of the page before; without one, what happens from now on.')),
    limit: optional(whole(1, most).annotate({ description: 'How many at most.' })),
  })

/** The answer to a split. */
export const splitAnswer = Schema.Struct({
  decisions: Schema.Array(decisionShape).annotate({ description: 'One for each subject, in their order.' }),
}).annotate({ identifier: 'SplitAnswer' })

export const segmentsAnswer = Schema.Struct({ segments: Schema.Array(segmentShape) }).annotate({
  identifier: 'Segments',
})

/** The segments of one person. */
export const personAnswer = Schema.Struct({
  person: Schema.String,
  found: Schema.Boolean.annotate({ description: 'Whether the population has such a person.' }),
  segments: Schema.Array(Schema.String).annotate({
    description: 'The keys of the segments the person is in.',
  }),
  now: Schema.String.annotate({ format: 'date-time', description: 'The clock of the answer.' }),
}).annotate({ identifier: 'PersonSegments' })

export const countAnswer = Schema.Struct({ segment: Schema.String, count: Schema.Int }).annotate({
  identifier: 'Count',
})

export const membersAnswer = Schema.Struct({
  segment: Schema.String,
  members: Schema.Array(Schema.String),
  next: optional(text('What to ask for as after, when there may be more.')),
}).annotate({ identifier: 'Members' })

const literal = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])

type Reason = NonNullable<Explanation['reason']>

const reason: Schema.Codec<Reason> = Schema.Struct({
  kind: Schema.String as Schema.Codec<Reason['kind']>,
  matched: Schema.Boolean,
  text: text('The filter in English.'),
  found: optional(Schema.Union([literal, Schema.Array(literal), Schema.Null])),
  finding: optional(text('What was found, in English; a sensitive value is not shown.')),
  of: optional(Schema.Array(Schema.suspend((): Schema.Codec<Reason> => reason))),
}).annotate({ identifier: 'Reason' })

/** Why a person is a member, or is not. */
export const explanationAnswer = Schema.Struct({
  person: Schema.String,
  found: Schema.Boolean,
  member: Schema.Boolean,
  now: Schema.String.annotate({ format: 'date-time' }),
  reason: optional(reason),
}).annotate({ identifier: 'Explanation' })

export const transitionsAnswer = Schema.Struct({
  transitions: Schema.Array(
    Schema.Struct({
      id: text('Names this movement for ever.'),
      subject: Schema.String,
      at: Schema.String.annotate({ format: 'date-time' }),
    }),
  ),
  cursor: text('Where to go on; opaque.'),
}).annotate({ identifier: 'Transitions' })

export const healthAnswer = Schema.Struct({ status: Schema.Literal('ok') }).annotate({ identifier: 'Health' })

const issue = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])).annotate({
    description: 'The keys from what was sent to what is wrong.',
  }),
  message: Schema.String,
  found: Schema.String,
  expected: Schema.String,
  suggestion: optional(text('The near name.')),
})

/** An error, as RFC 9457 has it. */
export const problemAnswer = Schema.Struct({
  type: Schema.Literal('about:blank'),
  title: Schema.String,
  status: Schema.Int,
  detail: Schema.String,
  code: Schema.Literals([
    'bad-request',
    'unknown-segment',
    'broken-segment',
    'person-not-found',
    'timeout',
    'unavailable',
    'unauthorized',
    'too-large',
    'too-many-requests',
    'internal',
  ]),
  retryable: Schema.Boolean.annotate({ description: 'Whether the same request may be answered later.' }),
  issues: Schema.Array(issue),
}).annotate({ identifier: 'Problem' })
