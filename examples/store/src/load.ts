import type { Connection, Store } from '@segmentry/postgres'
import { openStore } from '@segmentry/postgres'
import { readEvents, readPeople } from './data.ts'
import { schema } from './schema.ts'

/** How far loading is. */
export type OnProgress = (part: 'households' | 'events', done: number, of: number) => void

const batchSize = 8_000

/** Loads the year's data into the default layout of a database. Loading twice changes nothing. */
export async function load(connection: Connection, onProgress: OnProgress = () => {}): Promise<Store> {
  const store = await openStore(schema, connection)
  const people = await readPeople()
  await store.ingest({
    people: people.map(({ id, fields = {} }) => ({ id, fields })),
    tags: people.map(({ id, tags = [] }) => ({ person: id, add: tags })),
  })
  onProgress('households', people.length, people.length)
  const events = await readEvents()
  for (let start = 0; start < events.length; start += batchSize) {
    await store.ingest({ events: events.slice(start, start + batchSize) })
    onProgress('events', Math.min(start + batchSize, events.length), events.length)
  }
  await store.analyze()
  return store
}
