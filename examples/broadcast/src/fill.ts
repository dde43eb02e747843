import { PGlite } from '@electric-sql/pglite'
import { engagementEvents, openBroadcasts } from '@segmentry/broadcast'
import { openStore } from '@segmentry/postgres'
import { schema } from './crm.ts'
import { people } from './people.ts'

// Keeps the people in a folder, for the command.

const connection = { pglite: await PGlite.create('data') }
const store = await openStore(schema, connection, { events: engagementEvents(schema) })
await store.ingest(people(new Date()))
// It makes the ledger, which segments of who opened read.
const broadcasts = await openBroadcasts(store.source, connection)
for (const one of [broadcasts, store, connection.pglite]) await one.close()
