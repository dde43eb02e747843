import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programs } from './fixture.ts'
import { measure, typescript } from './measure.ts'

// The price of the types, as a gate: `node test/typeperf/run.ts`, and `--update` to accept what is measured.

const thresholdsFile = join(import.meta.dirname, 'thresholds.json')
// Other files of core share some types with these programs; a change there moves a difference by a little.
const margin = 1.01

type Figures = Readonly<Record<string, number>>

const faults: string[] = []

const base = measure('base', programs.base)
const segments = measure('segments', programs.segments)
const unnamed = measure('unnamed', programs.unnamed)
const fields200 = measure('fields200', programs.fields200)
const fields400 = measure('fields400', programs.fields400)
const message = measure('message', programs.message)
const messageOfText = measure('messageOfText', programs.messageOfText)
const wrongName = measure('wrongName', programs.wrongName)

const fine = { base, segments, unnamed, fields200, fields400, message, messageOfText }
for (const [name, { errors }] of Object.entries(fine)) {
  if (errors.length > 0) faults.push(`${name} does not compile:\n${errors.slice(0, 5).join('\n')}`)
}
const sentence = "unknown field 'fields0' - did you mean"
if (wrongName.errors.length !== 1 || !wrongName.errors[0]!.includes(sentence)) {
  faults.push(`expected one error that says "${sentence}", found:\n${wrongName.errors.join('\n')}`)
}

// The type tests run under TypeScript 6; their directives have to hold under 7 as well.
for (const folder of ['core', 'broadcast']) {
  const typeTests = typescript('-p', `packages/${folder}/typetest`)
  if (typeTests.includes('error TS'))
    faults.push(`the type tests of ${folder} under TypeScript 7:\n${typeTests}`)
}

const figures: Figures = {
  '300 segments, instantiations': segments.instantiations - base.instantiations,
  '300 segments, types': segments.types - base.types,
  '300 segments, bytes of declarations': segments.declarations - base.declarations,
  '300 segments of an unnamed schema, instantiations': unnamed.instantiations - base.instantiations,
  '200 calls of field after 200, instantiations': fields400.instantiations - fields200.instantiations,
  'fifty fields in 100 KB of HTML, instantiations': message.instantiations - messageOfText.instantiations,
  'a wrong name, instantiations': wrongName.instantiations - base.instantiations,
}

if (process.argv.includes('--update')) writeFileSync(thresholdsFile, `${JSON.stringify(figures, null, 2)}\n`)

const thresholds: Figures = existsSync(thresholdsFile)
  ? (JSON.parse(readFileSync(thresholdsFile, 'utf8')) as Figures)
  : {}

for (const [name, figure] of Object.entries(figures)) {
  const threshold = thresholds[name]
  console.log(`${name.padEnd(52)}${String(figure).padStart(9)}  (threshold ${threshold ?? 'none'})`)
  if (threshold === undefined) faults.push(`no threshold for '${name}': run with --update`)
  else if (figure > threshold * margin) faults.push(`${name}: found ${figure}, expected at most ${threshold}`)
}
console.log(`declarations of an unnamed schema: ${unnamed.declarations - base.declarations} bytes`)

for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
