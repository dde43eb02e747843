import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { type Database, openDatabase } from '../../packages/postgres/src/database/index.ts'

/** A database of a hunt's own, in its process, with a session in a zone that is not UTC. */
export async function embedded(): Promise<{ readonly db: Kysely<unknown>; readonly database: Database }> {
  const pglite = new PGlite()
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) })
  await sql`set timezone to 'America/New_York'`.execute(db)
  return { db, database: openDatabase({ pglite }) }
}
