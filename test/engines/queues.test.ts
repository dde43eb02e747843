import { run, runMigrations } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { type RunWorkflow, testEngine } from './conformance.ts'
import { crowd, openRoom } from './room.ts'

const room = await openRoom()
const { onTable, pool } = await import('./.recipes/table.ts')
afterAll(async () => {
  await pool.end()
  await room[Symbol.asyncDispose]()
})

describe('graphile-worker', () => {
  test('a job that failed after the split adds the jobs of the recorded branches', async () => {
    const { tasks } = await import('./.recipes/graphile-worker.ts')
    const schema = 'graphile_worker'
    await runMigrations({ connectionString: room.url, schema })
    await room.sql(`select ${schema}.add_job('welcome', $1::json)`, [
      JSON.stringify({ people: ['ann', 'bob', ...crowd] }),
    ])
    let attempts = 0
    let failed = false
    const welcome: (typeof tasks)[string] = async (payload, helpers) => {
      attempts += 1
      const addJobs = () => {
        failed = true
        throw new Error('the machine is switched off')
      }
      return tasks['welcome']!(payload, attempts === 1 ? { ...helpers, addJobs } : helpers)
    }
    const runner = await run({
      connectionString: room.url,
      schema,
      taskList: { welcome },
      noHandleSignals: true,
    })
    try {
      await vi.waitFor(() => expect(failed).toBe(true), { timeout: 10_000 })
      await room.change()
      await room.sql(`update ${schema}._private_jobs set run_at = now() where attempts = 1`)
      const added = () =>
        room.sql(
          `select task_identifier as task, count(*)::int as jobs from ${schema}.jobs group by 1 order by 1`,
        )
      await vi.waitFor(
        async () =>
          expect(await added()).toEqual([
            { task: 'welcome everyone', jobs: 1_001 },
            { task: 'welcome vip', jobs: 1 },
          ]),
        { timeout: 20_000, interval: 100 },
      )
    } finally {
      await runner.stop()
    }
    expect(attempts).toBe(2)
  })
})

describe('pg-boss', () => {
  test('a job that is done again adds no second one, whatever it decides now', async () => {
    const { work } = await import('./.recipes/pg-boss.ts')
    const boss = new PgBoss(room.url)
    await boss.start()
    try {
      const sent: string[] = []
      await work(boss, async (person, what) => {
        sent.push(`${person}: ${what}`)
      })
      await room.sql(`delete from segmentry.events`)
      await room.sql(
        `insert into segmentry.tags (person_id, tag) values ('ann', 'VIP') on conflict do nothing`,
      )
      const id = await boss.send('welcome', { person: 'ann' })
      await boss.insert('welcome', [{ data: { person: 'bob' } }])
      await vi.waitFor(() => expect(sent).toHaveLength(2), { timeout: 20_000, interval: 100 })
      expect(sent.toSorted()).toEqual(['ann: a call', 'bob: an offer'])

      await room.change()
      const again = `update pgboss.job set state = 'retry', completed_on = null where id = $1 and name = 'welcome'`
      await room.sql(again, [id])
      const done = `select state::text from pgboss.job where id = $1 and name = 'welcome'`
      await vi.waitFor(async () => expect(await room.sql(done, [id])).toEqual([{ state: 'completed' }]), {
        timeout: 20_000,
        interval: 100,
      })
      const jobs = await room.sql(
        `select data->>'branch' as branch from pgboss.job where id = $1 and name = 'welcomed'`,
        [id],
      )
      expect(jobs).toEqual([{ branch: 'vip' }])
      expect(sent).toHaveLength(2)
    } finally {
      await boss.stop()
    }
  })
})

const runWorkflow: RunWorkflow = (id, body) => body(onTable(id))

describe('the cases of every adapter, on a table', () => {
  testEngine(runWorkflow)
})
