import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openDatabase } from '../../packages/postgres/src/database/index.ts'
import { bound, canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { difference } from './difference.ts'
import { createLayout, layouts } from './layouts.ts'
import { mixedSegment, round, type Round, size, triplesEach } from './rounds.ts'
import { told } from './told.ts'

// Whom SQL finds, in each way to ask, compared with whom the evaluator finds in process: for so many triples of a
// definition, a population and a clock, the same number on each backend and layout. One seed gives one run.

const environment = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const triples = environment('SEGMENTRY_TRIPLES', 60_000)
const seed = environment('SEGMENTRY_SEED', Math.floor(Math.random() * 2 ** 24))
const path = process.env['SEGMENTRY_PATH']
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const places = names.flatMap((backend) => layouts.map((layout) => ({ backend, layout })))
/** What the session's zone is must not matter: each place has another. */
const sessionZones = ['America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia']
const numRuns = Math.ceil(triples / places.length / triplesEach)

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: SQL finds whom the evaluator finds',
    async (_, layout) => {
      const stream = places.findIndex((one) => one.backend === backendName && one.layout === layout)
      await backend.db.connection().execute(async (db) => {
        await sql`set timezone to ${sql.lit(sessionZones[stream]!)}`.execute(db)
        await createLayout(db, layout)
        const source = await bound(db, layout)
        const place = { db, database: openDatabase(backend.connection), layout, source }
        const asked = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
        const started = performance.now()
        const run = await fc.check(
          fc.asyncProperty(round(asked), async (one) => {
            const found = await difference(place, one)
            if (found !== undefined) throw new Error(told(found))
          }),
          { numRuns, seed: seed + stream, ...(path !== undefined && { path }) },
        )
        if (run.failed) throw failure(run, `on ${backendName}.*${layout.name}`)
        const seconds = (performance.now() - started) / 1000
        const { segments, populations, clocks } = size
        process.stdout.write(
          `${backendName}, ${layout.name}: ${numRuns * triplesEach} triples, ${numRuns} rounds of ${segments} segments × ${populations} populations × ${clocks} clocks, in ${seconds.toFixed(1)} s, seed ${seed}\n`,
        )
      })
    },
    120_000 + triples * 20,
  )
})

function failure({ counterexamplePath, errorInstance }: fc.RunDetails<[Round]>, name: string): Error {
  const again = `SEGMENTRY_SEED=${seed} SEGMENTRY_TRIPLES=${triples} SEGMENTRY_PATH='${counterexamplePath}' npx -y pnpm@12 exec vitest run test/conformance/differential -t '${name}'`
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return new Error(`${message}\n\nTo see it again: ${again}`, { cause: errorInstance })
}
