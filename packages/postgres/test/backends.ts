import pg from 'pg'
import { inject } from 'vitest'
import { createDatabase, startPglite } from '../../testing/src/index.ts'
import { type Connection } from '../src/database/index.ts'

/** A database that a test has to itself. */
export interface Backend {
  readonly connection: Connection
  /** Where another process would connect to; an embedded database has no such place. */
  readonly url?: string
  close(): Promise<void>
}

/** Every kind of database that the same tests run against. */
export const backends: readonly (readonly [name: string, open: () => Promise<Backend>])[] = [
  [
    'PGlite',
    async () => {
      const pglite = await startPglite()
      return { connection: { pglite }, close: () => pglite.close() }
    },
  ],
  [
    'Postgres 18',
    async () => {
      const database = await createDatabase(inject('postgresUrl'))
      const pool = new pg.Pool({ connectionString: database.url, max: 8 })
      // Dropping the database ends what is idle in the pool.
      pool.on('error', () => undefined)
      return {
        connection: { pool },
        url: database.url,
        close: async () => {
          await pool.end()
          await database.drop()
        },
      }
    },
  ],
]
