import { type AnySegment, segmentry } from '@segmentry/core'
import { type ExportFormat, openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { copied } from '../../packages/postgres/src/database/index.ts'
import * as crm from './crm.ts'
import { type Effort, measure } from './measure.ts'
import { since, until } from './shape.ts'

// People of a segment with their fields, beside a COPY of the same rows by hand.

/** What was measured of one way to export. */
export interface ExportResult {
  readonly name: string
  readonly perSecond: number
  /** How many times as many people a second as the COPY by hand. */
  readonly ratio: number
  readonly agreed: boolean
}

interface Case {
  readonly name: string
  readonly segment: AnySegment
  readonly fields: readonly string[]
  readonly byHand: RawBuilder<unknown>
}

/** Measures on a database that has been filled. */
export async function measureExport(databaseUrl: string, effort: Effort): Promise<readonly ExportResult[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query("set jit = off; set random_page_cost = 1.1; set timezone = 'UTC'")
  const evaluator = await openEvaluator(crm.source, { connectionString: databaseUrl })
  try {
    const results: ExportResult[] = []
    for (const one of cases) results.push(...(await measureCase(one, client, evaluator, effort)))
    return results
  } finally {
    await evaluator.close()
    await client.end()
  }
}

const { segment } = segmentry<crm.Crm>(crm.schema)
const three = ['plan', 'country', 'city'] as const
const columns = sql`id, plan, fields ->> 'country' as country, fields ->> 'city' as city`

const cases: readonly Case[] = [
  {
    name: 'everybody, a column',
    segment: segment().group((g) => g.everyone()),
    fields: ['plan'],
    byHand: sql`select id, plan from people order by id`,
  },
  {
    name: 'everybody, 3 fields',
    segment: segment().group((g) => g.everyone()),
    fields: three,
    byHand: sql`select ${columns} from people order by id`,
  },
  {
    name: 'opened in 30 days, 3 fields',
    segment: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
    fields: three,
    byHand: sql`select ${columns} from people where id in (select person_id from events where name = 'opened' and at > ${since(crm.clock, 30)} and at <= ${until(crm.clock)}) order by id`,
  },
]

async function measureCase(
  { name, segment: whom, fields, byHand }: Case,
  client: pg.Client,
  evaluator: PostgresEvaluator,
  effort: Effort,
): Promise<readonly ExportResult[]> {
  const { query, form } = copied(byHand, 'format csv, header')
  const now = new Date(crm.clock)
  let text: string | undefined
  let people = 0
  const answers = new Map<string, string | undefined>()
  const bare = async (): Promise<void> => {
    text = await drained(client.query(copyTo(`copy (${query}) to stdout (${form})`)))
  }
  const ours = (format: ExportFormat) => async (): Promise<void> => {
    const exported = evaluator.export(whom, { fields, format, now })
    answers.set(format, await drained(exported))
    people = exported.people
  }
  const timings = await measure(
    [
      { name: 'bare', run: bare },
      { name: 'csv', run: ours('csv') },
      { name: 'ndjson', run: ours('ndjson') },
      { name: 'parquet', run: ours('parquet') },
    ],
    effort,
  )
  const perSecond = (way: string): number => (people / timings.get(way)!.median) * 1_000
  return [...timings.keys()].map((way) => ({
    name: way === 'bare' ? `${name}: COPY by hand` : `${name}: ${way}`,
    perSecond: perSecond(way),
    ratio: perSecond(way) / perSecond('bare'),
    agreed: way !== 'csv' || answers.get('csv') === text,
  }))
}

/** Reads to the end, as a file would be written. */
async function drained(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString('latin1')
}
