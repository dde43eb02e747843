import { createDatabase, startPostgres } from '@segmentry/testing'
import pg from 'pg'
import { sql } from 'kysely'
import { to as copyTo } from 'pg-copy-streams'
import * as Effect from 'effect/Effect'
import { compiled, openDatabase, copied, toAsyncIterable } from '../../packages/postgres/src/database/index.ts'
import * as crm from './crm.ts'
import { measure } from './measure.ts'
import { openEvaluator } from '@segmentry/postgres'
import { segmentry } from '@segmentry/core'
import { ask } from './sql.ts'
await using server = await startPostgres()
await using db = await createDatabase(server.url)
const c = new pg.Client({ connectionString: db.url })
await c.connect()
for (const statement of crm.seed({ people: 100_000, events: 50_000 })) await ask(c, compiled(statement))
await c.query("set jit=off")
const d = openDatabase({ connectionString: db.url })
const stream = async (q: string) => { let n = 0; for await (const x of c.query(copyTo(`copy (${q}) to stdout (format csv)`)) as AsyncIterable<Buffer>) n += x.length; return n }
const own = async (q: string) => { let n = 0; for await (const x of toAsyncIterable(d.stream((s) => s.copy(copied(sql.raw(q), 'format csv'))))) n += x.bytes.length; return n }
const file = async (q: string) => { await c.query(`copy (${q}) to '/dev/null' (format csv)`) }
const q1 = 'select id, plan from people order by id'
const plan = `case when plan = any(array['free','pro','team']) then plan collate "C" end`

const fields = ['plan', 'country', 'city'] as const
const e = await openEvaluator(crm.source, { connectionString: db.url })
const { segment } = segmentry<crm.Crm>(crm.schema)
const every = segment().group((g) => g.everyone())
const exp = async (f: readonly string[]) => { let n = 0; for await (const x of e.export(every, { fields: f })) n += x.length; return n }
const hand = `select id, plan, fields ->> 'country' as country, fields ->> 'city' as city from people order by id`
const typed = `select p.id::text, case when plan = any(array['free','pro','team']) then plan collate "C" end, case when jsonb_typeof(fields->'country') = 'string' then (fields->>'country') collate "C" end, case when jsonb_typeof(fields->'city') = 'string' then (fields->>'city') collate "C" end from people p order by p.id`
const t = await measure([{ name: 'hand1', run: () => stream(q1) }, { name: 'own1', run: () => own(q1) }, { name: 'ours1', run: () => exp(['plan']) }, { name: 'hand3', run: () => stream(hand) }, { name: 'own3', run: () => own(hand) }, { name: 'typed3', run: () => own(typed) }, { name: 'ours3', run: () => exp(fields) }], { rounds: 15, patience: 1e5 })
console.log(Object.fromEntries([...t].map(([k, v]) => [k, v.median.toFixed(0) + ' ' + v.fastest.toFixed(0)])))

await Effect.runPromise(d.close); await c.end(); await e.close()
