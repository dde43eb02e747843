import { coreFaults } from './faults-core.ts'
import { huntCore } from './hunt-core.ts'
import { huntSql } from './hunt-sql.ts'
import { huntViews } from './hunt-views.ts'
import { huntWorlds } from './hunt-worlds.ts'
import { viewFaults } from './faults-views.ts'
import { worldFaults } from './faults-worlds.ts'
import { sqlFaults } from './faults-sql.ts'

// Run as a program of its own, `node hunt.ts core 5000 1`, since modules are replaced while they load; names of faults, as JSON,
// may follow. Writes a line of JSON for each fault and one, without a name, for the sources as they are.

const [room, triples = '5000', seed = '1', names] = process.argv.slice(2)
const rooms = {
  core: [huntCore, coreFaults],
  sql: [huntSql, sqlFaults],
  worlds: [huntWorlds, worldFaults],
  views: [huntViews, viewFaults],
} as const
const [search, all] = rooms[room as keyof typeof rooms]
const asked = names === undefined ? undefined : new Set(JSON.parse(names) as string[])
const faults = asked === undefined ? all : all.filter(({ name }) => asked.has(name))
const hunted = await search(faults, Number(triples), Number(seed))
// Generated people may hold what JSON has no word for.
const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
for (const { fault, found, broken } of hunted)
  process.stdout.write(`${JSON.stringify({ name: fault?.name, found, broken }, written)}\n`)
