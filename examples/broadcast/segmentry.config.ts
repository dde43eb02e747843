import { engagementEvents, fileTransport, unsubscribeLinks } from '@segmentry/broadcast'
import { layoutSource } from '@segmentry/postgres'
import { defineConfig } from 'segmentry'
import { schema, segments, spring } from './src/crm.ts'

// The same broadcast from a terminal: `src/fill.ts` makes the people, and messages are written into a folder.

export default defineConfig({
  schema,
  segments,
  source: layoutSource(schema, 'segmentry', engagementEvents(schema)),
  database: { pglite: './data' },
  broadcasts: { spring },
  send: {
    transport: () => fileTransport({ folder: 'sent' }),
    links: () => ({
      unsubscribe: unsubscribeLinks({
        url: 'https://acme.example/leave',
        secrets: ['an example secret of at least 32 characters'],
      }),
    }),
  },
})
