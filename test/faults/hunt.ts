import { coreFaults } from './faults-core.ts'
import { huntCore } from './hunt-core.ts'
import { huntSql } from './hunt-sql.ts'
import { sqlFaults } from './faults-sql.ts'

// Run as a program of its own, `node hunt.ts core 5000`, since modules are replaced while they load. Writes a line of
// JSON for each fault and one, without a name, for the sources as they are.

const [room, triples = '5000', seed = '1'] = process.argv.slice(2)
const hunted =
  room === 'sql'
    ? await huntSql(sqlFaults, Number(triples), Number(seed))
    : await huntCore(coreFaults, Number(triples), Number(seed))
// Generated people may hold what JSON has no word for.
const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
for (const { fault, found, broken } of hunted)
  process.stdout.write(`${JSON.stringify({ name: fault?.name, found, broken }, written)}\n`)
