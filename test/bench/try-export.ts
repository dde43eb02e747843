import { createDatabase, startPostgres } from '@segmentry/testing'
import pg from 'pg'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import * as crm from './crm.ts'
import { measureExport } from './export.ts'
import { ask } from './sql.ts'
await using server = await startPostgres()
await using db = await createDatabase(server.url)
const filling = new pg.Client({ connectionString: db.url })
await filling.connect()
for (const statement of crm.seed({ people: 100_000, events: 100_000 })) await ask(filling, compiled(statement))
await filling.end()
console.table(await measureExport(db.url, { rounds: 11, patience: 20_000 }))
