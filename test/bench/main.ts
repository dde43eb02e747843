import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { plansText } from './report.ts'
import { runBench } from './run.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    events: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
  },
})
const size = values.quick
  ? { people: 2_000, events: 40_000, rounds: 2 }
  : { people: Number(values.people), events: Number(values.events), rounds: Number(values.rounds) }

const { text, results } = await runBench(size, (line) => void process.stderr.write(`${line}\n`))
process.stdout.write(`${text}\n`)
const folder = new URL('../../.bench/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('results.json', folder), `${JSON.stringify(results, null, 2)}\n`)
await writeFile(new URL('plans.md', folder), `${plansText(results.shapes)}\n`)
