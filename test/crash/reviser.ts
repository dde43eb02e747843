import { openRevisions } from '@segmentry/review'
import { sale, saleSchema, saleSource } from './sale.ts'

// A process that applies one set of segments after the other, until somebody kills it.

const revisions = await openRevisions(
  saleSchema,
  { connectionString: process.argv[2]! },
  { views: { schema: 'segments', source: saleSource } },
)
for (let i = Number(process.argv[3]); ; i += 1) {
  process.send!({ begun: i })
  await revisions.apply(sale(i), { author: `worker ${process.pid}`, reason: String(i) })
  process.send!({ done: i })
}
