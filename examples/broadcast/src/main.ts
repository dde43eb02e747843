import { run } from './run.ts'

await run((line) => void process.stdout.write(`${line}\n`))
