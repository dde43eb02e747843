import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../packages/postgres/src/database/index.ts'
import { bound } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'
import { size, triplesEach } from './rounds.ts'
import { told } from './told.ts'
import { placeOfViews, viewDifference, viewed } from './view-difference.ts'

// Views of segments have the same people as the evaluator in process, on each backend and layout. One seed gives one run.

const triples = Number(process.env['SEGMENTRY_TRIPLES'] ?? 20_000) / 2
const seed = Number(process.env['SEGMENTRY_SEED'] ?? Math.floor(Math.random() * 2 ** 24))
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const numRuns = Math.ceil(triples / names.length / layouts.length / triplesEach)

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: views have whom the evaluator finds',
    async (_, layout) => {
      const database = openDatabase(backend.connection)
      await backend.db.connection().execute(async (db) => {
        await sql`set timezone to 'America/New_York'`.execute(db)
        await placeOfViews(db)
        await createLayout(db, layout)
        const source = await bound(db, layout)
        let looked = 0
        const check = fc.asyncProperty(viewed(layout), async ([one, sets]) => {
          const compared = await viewDifference({ db, database, layout, source }, one, sets)
          looked += compared.looked
          if (compared.found !== undefined) throw new Error(told(compared.found))
        })
        const run = await fc.check(check, { numRuns, seed })
        if (run.failed) {
          const { errorInstance: error } = run
          throw new Error(`${error instanceof Error ? error.message : String(error)}\n\nseed ${seed}`, {
            cause: error,
          })
        }
        expect(looked).toBeGreaterThan(numRuns)
        process.stdout.write(
          `${backendName}, ${layout.name}: views, ${numRuns} rounds of ${size.segments + 2} segments, ${looked} calendars, seed ${seed}\n`,
        )
      })
    },
    120_000 + triples * 20,
  )
})
