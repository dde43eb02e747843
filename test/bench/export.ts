import { type AnySegment, segmentry } from '@segmentry/core'
import { type ExportFormat, openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { copied } from '../../packages/postgres/src/database/index.ts'
import { fieldColumns } from '../../packages/postgres/src/export/columns.ts'
import { copyForms, copyQuery } from '../../packages/postgres/src/export/query.ts'
import { bound } from '../conformance/bound.ts'
import * as crm from './crm.ts'
import { type Effort, measure } from './measure.ts'
import { since, until } from './shape.ts'

// People of a segment with their fields, beside two bare copies: of a statement by hand, which trusts that what is stored is of the
// declared types, and of our own statement, which looks, so that what is left is how it is carried.

/** What was measured of one way to export. */
export interface ExportResult {
  readonly name: string
  readonly perSecond: number
  /** How many times as many people a second as the COPY by hand, and as one of our own statement. */
  readonly ratio: { readonly byHand: number; readonly own: number }
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
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl }) }),
  })
  try {
    const source = await bound(db, { source: crm.source })
    const results: ExportResult[] = []
    for (const one of cases) {
      const columns = fieldColumns(crm.schema, one)
      const context = { source, now: crm.clock, mode: 'set' } as const
      const own = copyQuery('csv', { rule: one.segment.definition.rule }, columns, context, false)
      results.push(...(await measureCase(one, own, client, evaluator, effort)))
    }
    return results
  } finally {
    await db.destroy()
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
  own: RawBuilder<unknown>,
  client: pg.Client,
  evaluator: PostgresEvaluator,
  effort: Effort,
): Promise<readonly ExportResult[]> {
  const now = new Date(crm.clock)
  const answers = new Map<string, string>()
  let people = 0
  const bare = (way: string, rows: RawBuilder<unknown>, head: string) => {
    const { query } = copied(rows, copyForms.csv)
    return {
      name: way,
      run: async (): Promise<void> => {
        const text = await drained(client.query(copyTo(`copy (${query}) to stdout (${copyForms.csv})`)))
        answers.set(way, head + text)
      },
    }
  }
  const ours = (format: ExportFormat) => ({
    name: format,
    run: async (): Promise<void> => {
      const exported = evaluator.export(whom, { fields, format, now })
      answers.set(format, await drained(exported))
      people = exported.people
    },
  })
  const head = `${['id', ...fields].join(',')}\n`
  const copies = [bare('COPY by hand', byHand, head), bare('COPY of its statement', own, head)]
  const timings = await measure([...copies, ours('csv'), ours('ndjson'), ours('parquet')], effort)
  const perSecond = (way: string): number => (people / timings.get(way)!.median) * 1_000
  const isText = (way: string): boolean => way !== 'ndjson' && way !== 'parquet'
  return [...timings.keys()].map((way) => ({
    name: `${name}: ${way}`,
    perSecond: perSecond(way),
    ratio: {
      byHand: perSecond(way) / perSecond('COPY by hand'),
      own: perSecond(way) / perSecond('COPY of its statement'),
    },
    agreed: !isText(way) || answers.get(way) === answers.get('COPY by hand'),
  }))
}

/** Reads to the end, as a file would be written. */
async function drained(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString('latin1')
}
