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
// never a revision without its segments, and never views of others.

const kills = 25

interface Said {
  readonly begun?: number
  readonly done?: number
}

test(`${kills} kills while segments are applied`, { timeout: 600_000 }, async () => {
  await using database = await createDatabase(inject('postgresUrl'))
  const connection = { connectionString: database.url }
  const pool = new pg.Pool(connection)
  pool.on('error', () => undefined)
  await pool.query('create table people (id int4 primary key, visits int4, joined date)')
  await pool.query('insert into people select n, n, current_date from generate_series(0, 10000) as n')
  const revisions = await openRevisions(saleSchema, connection)
  /** Who is in each view, by its name. */
  const viewed = async (): Promise<Readonly<Record<string, readonly number[]>>> => {
    const { views } = await revisions.views()
    const lists = views.map((view) => `select '${view}' as view, array(select id from ${view}) as ids`)
    const { rows } =
      lists.length === 0
        ? { rows: [] }
        : await pool.query<{ view: string; ids: number[] }>(lists.join(' union all '))
    return Object.fromEntries(rows.map(({ view, ids }) => [view.replace('segments.', ''), ids]))
  }
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
    const within = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * ms))
    // Most of an apply is not writing: every other kill waits for a transaction that has written something, and lets it make some views.
    if (kill % 2 === 0) {
      await written()
      await within(200)
    } else await within(2_000)
    child.kill('SIGKILL')
    await exited
    await settled()

    const holds = await revisions.current()
    const number = Number(holds?.reason ?? -1)
    // What was told to be done is done; what was begun is there whole, or not at all.
    expect([begun, done]).toContain(number)
    expect(number).toBeGreaterThanOrEqual(done)
    if (holds !== undefined) expect(encodeSegments(holds.segments)).toEqual(encodeSegments(sale(number)))
    const shown = Object.keys(holds?.segments ?? {}).map((key) => [key, [number]])
    expect(await viewed()).toEqual(Object.fromEntries(shown))
    if (begun > done) amidst += 1
    if (number < begun) lost += 1
    next = number + 1
  }
  console.log(
    `${kills} kills: ${amidst} amidst an apply, of which ${lost} left what was before; ${next} revisions`,
  )
  // Kills that hit nothing would show nothing.
  expect([lost, next].every((count) => count > 2)).toBe(true)
  const line = (await revisions.history()).toReversed()
  expect(line.map(({ number, reason }) => [number, reason])).toEqual(line.map((_, i) => [i + 1, String(i)]))
  expect(line).toHaveLength(next)
  await revisions.close()
  await pool.end()
})
