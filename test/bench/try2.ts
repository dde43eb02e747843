import pg from 'pg'
import { seed, source, shapes, clock } from './crm.ts'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import { measureShapes, open, ask } from './sql.ts'
import { shapesTable } from './report.ts'
const url = process.argv[2]!,
  people = Number(process.argv[3]),
  events = Number(process.argv[4]),
  only = process.argv[5]
if (people > 0) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const t = performance.now()
  for (const s of seed({ people, events })) await ask(client, compiled(s))
  console.log('seeded', performance.now() - t)
  await client.end()
}
const o = await open(url, source)
const rs = await measureShapes(
  'crm',
  o,
  shapes.filter((s) => !only || s.name.includes(only)),
  clock,
  { rounds: Number(process.env.ROUNDS ?? 7), patience: 8000 },
)
console.log(shapesTable(rs))
await o.client.end()
