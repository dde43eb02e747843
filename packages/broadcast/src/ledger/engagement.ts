import { checkOptions, checkSchema, nearest, type Schema, shown } from '@segmentry/core'
import { column, eventTable, type EventTable } from '@segmentry/postgres'
import { broadcastError, issueOf } from '../errors.ts'

/** What people did with messages, and what was done to them, as events of theirs. */
export const engagementNames = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
] as const
export type EngagementName = (typeof engagementNames)[number]

/** Where the events are, and what the schema calls them. */
export interface EngagementOptions {
  /** The schema of the database that holds the ledger; 'segmentry_broadcast' unless told. */
  readonly schema?: string
  /** The type of the ids of people; 'text' unless told. */
  readonly id?: 'text' | 'uuid' | 'bigint' | 'integer'
  /** The schema's names of events that it calls otherwise, such as `{ opened: 'email_opened' }`. */
  readonly names?: Readonly<Partial<Record<EngagementName, string>>>
}

/**
 * The ledger's events as tables of a source: who was sent, opened, clicked and so on are segments then, always current.
 *
 * Nothing is copied: the source reads the ledger itself. A schema declares those of `sent`, `delivered`, `opened`, `clicked`, `bounced`,
 * `complained` and `unsubscribed` that it uses, each with those of the properties `campaign`, which is the broadcast's key, `topic`, `variant`
 * and `url`, all text. Spread them into the `events` of `defineSource`, or hand them to `openStore`.
 *
 * @example
 * ```ts
 * const mailed = defineSchema({ fields: {}, events: { email_opened: { campaign: text() } } })
 * engagementEvents(mailed, { names: { opened: 'email_opened' } }).email_opened?.called // => 'opened'
 * ```
 */
export function engagementEvents(
  schema: Schema,
  options: EngagementOptions = {},
): Readonly<Record<string, EventTable>> {
  checkSchema(schema)
  checkOptions(options, ['schema', 'id', 'names'])
  const { schema: ledger = 'segmentry_broadcast', id = 'text', names = {} } = options
  const ids = ['text', 'uuid', 'bigint', 'integer']
  if (!ids.includes(id)) {
    throw broadcastError('bad-request', undefined, issueOf(['id'], shown(id), `one of ${ids.join(', ')}`))
  }
  const unknown = Object.keys(names).find((name) => !engagementNames.some((known) => known === name))
  if (unknown !== undefined) {
    const expected = `one of ${engagementNames.join(', ')}`
    throw broadcastError(
      'bad-request',
      undefined,
      issueOf(['names', unknown], `'${unknown}'`, expected, nearest(unknown, engagementNames)),
    )
  }
  const declared = engagementNames.filter((name) => schema.events.has(names[name] ?? name))
  return Object.fromEntries(
    declared.map((name) => [
      names[name] ?? name,
      eventTable(`${ledger}.engagement`, {
        person: id === 'text' ? 'person' : `person_${id}`,
        name: 'name',
        called: name,
        at: 'at',
        id: 'id',
        properties: { '*': column() },
      }),
    ]),
  )
}
