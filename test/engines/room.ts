import { createDatabase } from '@segmentry/testing'
import pg from 'pg'
import { inject } from 'vitest'

/** A database with the people of the recipes. */
export interface Room {
  readonly url: string
  /** Runs SQL, as another program would. */
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>
  /** Ann stops being a VIP, and starts opening mail. */
  readonly change: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Makes a database with Ann, who is a VIP, and Bob; `DATABASE_URL`, which the recipes read, leads to it from then on. */
export async function openRoom(): Promise<Room> {
  const database = await createDatabase(inject('postgresUrl'))
  process.env.DATABASE_URL = database.url
  const { store, evaluator } = await import('./.recipes/flow.ts')
  await store.ingest({
    people: [{ id: 'ann' }, { id: 'bob' }, ...crowd.map((id) => ({ id }))],
    tags: [{ person: 'ann', add: ['VIP'] }],
  })
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  return {
    url: database.url,
    sql: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, [...values])).rows,
    change: async () => {
      await pool.query(`delete from segmentry.tags where person_id = 'ann'`)
      await pool.query(
        `insert into segmentry.events (person_id, name, at, id) values ('ann', 'opened', date_trunc('milliseconds', now()), 'e1')`,
      )
    },
    [Symbol.asyncDispose]: async () => {
      await pool.end()
      await evaluator.close()
      await store.close()
      // The database goes with the server: a pool says that it has ended before its connections have.
    },
  }
}

/** A thousand others. */
export const crowd: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `p${i}`)
