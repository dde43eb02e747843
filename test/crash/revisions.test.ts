import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { encodeSegments } from '@segmentry/core'
import { openRevisions } from '@segmentry/review'
import { createDatabase } from '@segmentry/testing'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { sale, saleSchema } from './sale.ts'

// Whoever applies segments is killed again and again, at any moment. The segments of before hold then, or the new ones: never some of both,
// and never a revision without its segments.

const kills = 25

interface Said {
  readonly begun?: number
  readonly done?: number
}

test(`${kills} kills while segments are applied`, { timeout: 300_000 }, async () => {
  await using database = await createDatabase(inject('postgresUrl'))
  const connection = { connectionString: database.url }
  const revisions = await openRevisions(saleSchema, connection)
  const pool = new pg.Pool(connection)
  pool.on('error', () => undefined)
  /** What a killed worker had sent may still run on the server. */
  const settled = async (): Promise<void> => {
    for (;;) {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
      )
      if (rows[0]!.n === 0) return
    }
  }
  const written = async (): Promise<void> => {
    for (;;) {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null`,
      )
      if (rows[0]!.n > 0) return
    }
  }

  let [amidst, lost, next] = [0, 0, 0]
  for (let kill = 0; kill < kills; kill += 1) {
    const child = fork(fileURLToPath(new URL('reviser.ts', import.meta.url)), [database.url, String(next)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    let [begun, done] = [next, next - 1]
    child.on('message', (said: Said) => {
      begun = said.begun ?? begun
      done = said.done ?? done
    })
    const exited = once(child, 'exit')
    await once(child, 'message')
    // Most of an apply is not writing: every other kill waits for a transaction that has written something.
    if (kill % 2 === 0) await written()
    else await new Promise((resolve) => setTimeout(resolve, Math.random() * 500))
    child.kill('SIGKILL')
    await exited
    await settled()

    const holds = await revisions.current()
    const number = Number(holds?.reason ?? -1)
    // What was told to be done is done; what was begun is there whole, or not at all.
    expect([begun, done]).toContain(number)
    expect(number).toBeGreaterThanOrEqual(done)
    if (holds !== undefined) expect(encodeSegments(holds.segments)).toEqual(encodeSegments(sale(number)))
    if (begun > done) amidst += 1
    if (number < begun) lost += 1
    next = number + 1
  }
  console.log(
    `${kills} kills: ${amidst} amidst an apply, of which ${lost} left what was before; ${next} revisions`,
  )
  // Kills that hit nothing would show nothing.
  expect([lost, next].every((count) => count > 0)).toBe(true)
  const line = (await revisions.history()).toReversed()
  expect(line.map(({ number, reason }) => [number, reason])).toEqual(line.map((_, i) => [i + 1, String(i)]))
  expect(line).toHaveLength(next)
  await revisions.close()
  await pool.end()
})
