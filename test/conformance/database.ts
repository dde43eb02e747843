import type { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { createDatabase, startPglite } from '@segmentry/testing'
import type { Connection } from '@segmentry/postgres'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'

/** A database to test in, as Segmentry connects to it and as a test writes to it. */
export interface Backend {
  readonly connection: Connection
  readonly db: Kysely<unknown>
  readonly close: () => Promise<void>
}

/** The databases that every integration test runs in. */
export const backends: Readonly<Record<'postgres' | 'pglite', () => Promise<Backend>>> = {
  postgres: async () => {
    const database = await createDatabase(inject('postgresUrl'))
    const pool = new pg.Pool({ connectionString: database.url, max: 4 })
    // A pool has ended before its connections have, and dropping the database ends those.
    pool.on('error', () => undefined)
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    return {
      connection: { pool },
      db,
      close: async () => {
        await db.destroy()
        await database.drop()
      },
    }
  },
  pglite: async () => {
    const pglite: PGlite = await startPglite({ extensions: { citext } })
    const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) })
    return { connection: { pglite }, db, close: () => db.destroy() }
  },
}
