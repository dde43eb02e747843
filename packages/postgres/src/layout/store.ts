import { checkOptions, checkSchema, type Schema } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { untilClosed } from '../closing.ts'
import {
  compiled,
  type Connection,
  openDatabase,
  settingKeys,
  type Settings,
  toPromise,
} from '../database/index.ts'
import { IngestError, type IngestIssue } from '../errors.ts'
import { layoutSource } from '../source/layout.ts'
import type { EventTable } from '../source/mapping.ts'
import type { Source } from '../source/source.ts'
import type { Batch, EventInput } from './batch.ts'
import { ingest, type Ingested } from './ingest.ts'
import { defaultSchema, migrate } from './migrate.ts'

const analyzeQuery = (schema: string) =>
  sql`analyze ${sql.join(['people', 'tags', 'events', 'accounts', 'members'].map((table) => sql.id(schema, table)))}`

/** Settings of a store. */
export interface StoreSettings extends Settings {
  /** The schema of the database that holds the tables; 'segmentry' unless told. */
  readonly schema?: string
  /** Events that are not kept here but in tables of somebody else's, by name; they cannot be ingested. */
  readonly events?: Readonly<Record<string, EventTable>>
}

/** The default layout in a database: tables of ours, and the way in. */
export interface Store {
  /** Where an evaluator finds the people: `openEvaluator(store.source, connection)`. */
  readonly source: Source
  /** Stores people, tags, events and accounts: the whole batch, or nothing of it and an {@link IngestError}. */
  ingest(
    batch: Batch,
    options?: { readonly createPeople?: boolean; readonly signal?: AbortSignal },
  ): Promise<Ingested>
  /**
   * Renews what the planner knows of the tables. Call it after a first load: a server does so by itself in time,
   * PGlite never does.
   */
  analyze(): Promise<void>
  /** Closes the pool, if it was opened here. */
  close(): Promise<void>
}

/**
 * Opens the default layout, and makes or updates its tables first.
 *
 * Use it when you start empty; those who have tables map them with {@link defineSource}.
 *
 * @example
 * ```ts
 * const store = await openStore(schema, connection)
 * await store.ingest({ people: [{ id: '42', fields: { state: 'CA' } }], tags: [{ person: '42', add: ['VIP'] }] })
 * const evaluator = await openEvaluator(store.source, connection)
 * await evaluator.has(segments.vip, '42') // => true
 * ```
 */
export async function openStore(
  schema: Schema,
  connection: Connection,
  given: StoreSettings = {},
): Promise<Store> {
  checkSchema(schema)
  checkOptions(given, ['schema', 'events', ...settingKeys])
  const { schema: name = defaultSchema, events = {}, ...settings } = given
  const database = untilClosed(openDatabase(connection, settings), 'the store')
  let source: Source
  try {
    await toPromise(migrate(database, { schema: name }))
    source = layoutSource(schema, name, events)
  } catch (error) {
    await toPromise(database.close)
    throw error
  }
  return {
    source,
    ingest: async (batch, options = {}) => {
      checkOptions(options, ['createPeople', 'signal'])
      const { createPeople = false, signal } = options
      refuseElsewhere(batch, events)
      return toPromise(ingest(database, schema, batch, { schema: name, createPeople }), signal)
    },
    analyze: () =>
      toPromise(Effect.asVoid(database.write((session) => session.run(compiled(analyzeQuery(name)))))),
    close: () => toPromise(database.close),
  }
}

/** An event that the source reads from another table would be stored where nobody looks. */
function refuseElsewhere(batch: Batch, elsewhere: Readonly<Record<string, EventTable>>): void {
  const given: readonly EventInput[] = Array.isArray(batch?.events) ? batch.events : []
  const issues = given.flatMap((event, index): readonly IngestIssue[] => {
    // What is no text is told of when the batch is read.
    const name: unknown = event?.name
    if (typeof name !== 'string' || !Object.hasOwn(elsewhere, name)) return []
    const found = `'${name}', which is kept in ${elsewhere[name]!.table}`
    return [{ part: 'events', index, path: ['name'], found, expected: 'an event that is kept here' }]
  })
  if (issues.length > 0) throw new IngestError({ issues })
}
