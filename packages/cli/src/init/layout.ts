import { decodeSegment, type Node, type Schema } from '@segmentry/core'
import type { Findings, FoundField, FoundType } from './findings.ts'
import type { FirstSegment } from './segments.ts'

// What those begin with who have no tables yet: a schema to be changed, with segments of it.

const field = (name: string, type: FoundType, isSensitive = false): FoundField => ({
  name,
  type,
  isRequired: false,
  isSensitive,
})

const event = (name: string, ...properties: readonly FoundField[]) => ({ name, share: 0, properties })

/** An example, as if it had been found in the default tables. */
export const example: Findings = {
  people: { table: 'segmentry.people', id: 'id', rows: 0, isEstimate: false },
  fields: [
    field('email', { kind: 'text' }, true),
    field('country', { kind: 'text' }),
    field('plan', { kind: 'choice', values: ['free', 'pro'] }),
    field('signed_up_at', { kind: 'timestamp' }),
  ],
  tags: {
    table: 'segmentry.tags',
    column: 'tag',
    person: 'person_id',
    isBound: true,
    names: ['VIP', 'churned'],
    isOpen: false,
  },
  events: [
    {
      table: 'segmentry.events',
      person: 'person_id',
      name: 'name',
      at: { column: 'at', needsZone: false },
      id: 'id',
      isBound: true,
      document: 'properties',
      columns: [],
      rows: 0,
      isEstimate: false,
      events: [
        event('opened', field('campaign', { kind: 'text' })),
        event('purchase', field('amount', { kind: 'decimal', scale: 2 })),
      ],
    },
  ],
  left: [],
  notes: [],
}

const once = { of: 'count', test: { op: 'atLeast', value: 1 } } as const
const last = (n: number) =>
  ({ op: 'during', window: { over: 'clock', after: `-${n} days`, until: 'now' } }) as const

const rules: Readonly<Record<string, Node>> = {
  vip: { kind: 'tag', tag: 'VIP' },
  engaged: { kind: 'event', event: 'opened', at: [last(30)], measure: once },
  buyers: { kind: 'event', event: 'purchase', at: [last(365)], measure: once },
  proWithoutPurchase: {
    kind: 'all',
    of: [
      { kind: 'field', field: 'plan', test: { op: 'is', value: 'pro' } },
      { kind: 'not', of: { kind: 'event', event: 'purchase', measure: once } },
    ],
  },
}

/** Segments of the example. */
export const exampleSegments = (schema: Schema): readonly FirstSegment[] =>
  Object.entries(rules).map(([key, rule]) => ({
    key,
    segment: decodeSegment({ format: 1, rule }, schema),
    calls: [],
  }))
