import { source, shapes, clock } from './crm.ts'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import { open, ask, queryOf } from './sql.ts'
import { sql } from 'kysely'
const [, , url, only, what] = process.argv
const o = await open(url!, source)
for (const shape of shapes.filter((s) => s.name.includes(only!))) {
  const qs: [string, any][] = [
    ...shape.byHand.map((q, i): [string, any] => ['hand ' + i, q]),
    ['set', queryOf(shape, o.source, clock, 'set')],
    ['point', queryOf(shape, o.source, clock, 'point')],
  ]
  for (const [n, q] of qs.filter(([n]) => !what || n.includes(what))) {
    console.log('=====', shape.name, n)
    console.log(compiled(q).sql)
    await ask(o.client, compiled(q))
    const t = []
    for (let i = 0; i < 9; i++) {
      const s = performance.now()
      await ask(o.client, compiled(q))
      t.push(performance.now() - s)
    }
    for (const r of await ask(o.client, compiled(sql`explain (analyze, buffers) ${q}`)))
      console.log(Object.values(r)[0])
    console.log('median', t.sort((a, b) => a - b)[4])
  }
}
await o.client.end()
