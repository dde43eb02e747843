import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  type Broadcast,
  type Broadcasts,
  compileMessage,
  defineBroadcast,
  type Message,
  openBroadcasts,
  type Transport,
} from '@segmentry/broadcast'
import { smtp } from '@segmentry/broadcast/smtp'
import { defineSchema, defineSegments, type SchemaOf, segmentry, text } from '@segmentry/core'
import { openStore } from '@segmentry/postgres'
import pg from 'pg'

// A broadcast beside what it costs at least: the audience beside one INSERT written by hand, and sending beside the same transport
// and the same messages without a ledger.

/** What was measured of a broadcast. */
export interface BroadcastResult {
  readonly name: string
  /** People or messages a second. */
  readonly perSecond: number
  /** How many times as long it takes as what it stands beside. */
  readonly ratio: number
  readonly agreed: boolean
}

const schema = defineSchema({ fields: { email: text(), name: text() }, tags: ['churned'] })
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
const segments = defineSegments({
  everyone: segment().group((g) => g.everyone()),
  churned: segment().group((g) => g.tag('churned')),
})

const crowd = (count: number): string => `
  insert into segmentry.people (id, fields) select i::text, jsonb_build_object('email', 'User' || i || '@example.com', 'name', 'User ' || i)
    from generate_series(1, ${count}) as i;
  insert into segmentry.tags (person_id, tag) select i::text, 'churned' from generate_series(1, ${count}, 10) as i;`

/** The least that an audience is: an address each, those who are excluded and suppressed left out. */
const audienceByHand = `insert into by_hand.recipients (broadcast, person, address, address_key, status, not_before)
  select distinct on (lower(fields->>'email' collate "C")) 'by-hand', id, fields->>'email', lower(fields->>'email' collate "C"), 'pending', now()
  from segmentry.people as p
  where not exists (select from segmentry.tags as t where t.person_id = p.id and t.tag = 'churned')
    and not exists (select from segmentry_broadcast.suppressions as s where s.address_key = lower(p.fields->>'email' collate "C"))
  order by lower(fields->>'email' collate "C"), id`

const html = `<p>Hello {{ person.name }},</p>\n${'<p>This is a line of a letter that says something.</p>\n'.repeat(40)}`

/** Measures on a database of its own. */
export async function measureBroadcast(
  databaseUrl: string,
  size: { readonly people: number; readonly messages: number; readonly rounds: number },
): Promise<readonly BroadcastResult[]> {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  pool.on('error', () => undefined)
  const store = await openStore(schema, { pool })
  const broadcasts = await openBroadcasts(store.source, { pool })
  const host = fork(fileURLToPath(new URL('smtp-host.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const [port] = (await once(host, 'message')) as [number]
  // More than there are by default: the server is near, and the ledger writes for several messages at once.
  const transport = smtp({ host: '127.0.0.1', port, encryption: 'none', connections: 20 })
  try {
    await pool.query(crowd(size.people))
    await pool.query('vacuum analyze')
    const audience = await measureAudience(pool, broadcasts, transport)
    const sending = await measureSending(pool, broadcasts, transport, host, size)
    return [...audience, ...sending]
  } finally {
    await transport.close?.()
    host.disconnect()
    await Promise.all([once(host, 'exit'), broadcasts.close(), store.close()])
    await pool.end()
  }
}

const seconds = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await run()
  return (performance.now() - start) / 1_000
}

async function measureAudience(
  pool: pg.Pool,
  broadcasts: Broadcasts,
  transport: Transport,
): Promise<readonly BroadcastResult[]> {
  const news = defineBroadcast(schema, {
    key: 'audience',
    audience: { include: { everyone: segments.everyone }, exclude: { churned: segments.churned } },
    address: 'email',
    message: await message(),
  })
  await pool.query(
    'create schema by_hand; create table by_hand.recipients (like segmentry_broadcast.recipients including all)',
  )
  const byHand = await seconds(() =>
    pool.query(`begin; set local jit = off; set local work_mem = '128MB'; ${audienceByHand}; commit`),
  )
  const { rows } = await pool.query<{ n: number }>('select count(*)::int4 as n from by_hand.recipients')
  const expected = rows[0]!.n
  let toSend = 0
  const planning = await seconds(async () => ({ toSend } = await broadcasts.plan(news)))
  // It waits until tomorrow: only the audience is fixed.
  const later = { ...news, time: { otherwise: 'UTC', at: '00:00', on: '2100-01-01' } } as Broadcast
  const freezing = await seconds(async () => {
    const sending = await broadcasts.send(later, { transport, confirm: expected })
    await sending.stop()
  })
  const { pending, skipped } = await broadcasts.progress('audience')
  const all = pending + skipped
  const agreed = toSend === expected && pending === expected
  return [
    { name: 'an audience by hand', perSecond: expected / byHand, ratio: 1, agreed: true },
    { name: 'a plan', perSecond: all / planning, ratio: planning / byHand, agreed },
    { name: 'an audience fixed, with reasons', perSecond: all / freezing, ratio: freezing / byHand, agreed },
  ]
}

const message = (): Promise<Message> =>
  compileMessage(
    { from: 'Acme <news@acme.example>', subject: 'News for {{ person.name }}', html, unsubscribe: 'none' },
    schema,
  )

/** Rounds take turns, so that whatever else the machine does happens to both. */
async function measureSending(
  pool: pg.Pool,
  broadcasts: Broadcasts,
  transport: Transport,
  host: ChildProcess,
  { people: all, messages, rounds }: { people: number; messages: number; rounds: number },
): Promise<readonly BroadcastResult[]> {
  const received = async (): Promise<number> => {
    host.send('count')
    return ((await once(host, 'message')) as [number])[0]
  }
  const said = await message()
  const percent = Math.max(0.01, Math.min(100, Math.round((messages / all) * 10_000) / 100))
  const some = segment().group((g) => g.bucket('bench', 0, percent))
  const times = { bare: 0, ledger: 0 }
  const counts = { bare: 0, ledger: 0 }
  let agreed = true
  for (let round = 0; round < rounds; round++) {
    const news = defineBroadcast(schema, {
      key: `news-${round}`,
      audience: { include: { some } },
      address: 'email',
      message: said,
    })
    const { toSend } = await broadcasts.plan(news)
    const { rows } = await pool.query<{ id: string; name: string; email: string }>(
      `select id, fields->>'name' as name, fields->>'email' as email from segmentry.people limit $1`,
      [toSend],
    )
    times.bare += await seconds(() => sendBare(transport, said, rows))
    const bare = await received()
    const sending = await broadcasts.send(news, { transport, confirm: toSend })
    times.ledger += await seconds(() => sending.finished)
    const ledger = await received()
    counts.bare += bare
    counts.ledger += ledger
    agreed &&= bare === toSend && ledger === toSend
  }
  const rate = (kind: 'bare' | 'ledger'): number => counts[kind] / times[kind]
  return [
    { name: 'mail by SMTP without a ledger', perSecond: rate('bare'), ratio: 1, agreed: true },
    { name: 'mail by SMTP', perSecond: rate('ledger'), ratio: rate('bare') / rate('ledger'), agreed },
  ]
}

/** The same messages by the same transport, as many at a time, and nothing written down. */
async function sendBare(
  transport: Transport,
  said: Message,
  people: readonly { id: string; name: string; email: string }[],
): Promise<void> {
  const { signal } = new AbortController()
  let next = 0
  const work = async (): Promise<void> => {
    for (let person = people[next++]; person; person = people[next++]) {
      const { id, name, email } = person
      const rendered = said.render({ id, fields: { name } }, { broadcast: 'bare', at: 0 })
      if ('missing' in rendered) throw new Error('everybody has a name')
      await transport.send([{ ...rendered, key: id, broadcast: 'bare', person: id, to: email }], signal)
    }
  }
  await Promise.all(Array.from({ length: transport.concurrency }, work))
}
