import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openDatabase } from '../../packages/postgres/src/database/index.ts'
import { bound, canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { difference, type Place } from './difference.ts'
import { createLayout, type Layout, layouts } from './layouts.ts'
import { mixedSegment, round, size, triplesEach } from './rounds.ts'
import { storageOf } from './storage.ts'
import { told } from './told.ts'
import { toldWorld, type World, worldOf } from './world.ts'

// Whom SQL finds, in each way to ask, and whom the reference finds, compared with whom the evaluator finds in process: for so
// many triples of a definition, a population and a clock, the same number on each backend and layout. In a third of them
// the schema, its names and its tables are drawn for each round. One seed gives one run.

const environment = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const triples = environment('SEGMENTRY_TRIPLES', 60_000)
const seed = environment('SEGMENTRY_SEED', Math.floor(Math.random() * 2 ** 24))
const path = process.env['SEGMENTRY_PATH']
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const kept: readonly { readonly name: string; readonly layout?: Layout }[] = [
  ...layouts.map((layout) => ({ name: layout.name, layout })),
  { name: 'worlds of their own' },
]
/** What the session's zone is must not matter: each place has another. */
const sessionZones = [
  ['America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
  ['Pacific/Apia', 'Europe/Istanbul', 'America/St_Johns'],
].flat()
const numRuns = Math.ceil(triples / names.length / kept.length / triplesEach)

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  /** Runs rounds on one connection until two do not agree. */
  const agree = async <T>(
    name: string,
    arbitrary: fc.Arbitrary<T>,
    prepare: (place: Pick<Place, 'db' | 'database'>) => Promise<(one: T) => Promise<string | undefined>>,
  ): Promise<void> => {
    const stream = names.indexOf(backendName) * kept.length + kept.findIndex((one) => one.name === name)
    await backend.db.connection().execute(async (db) => {
      await sql`set timezone to ${sql.lit(sessionZones[stream]!)}`.execute(db)
      const check = await prepare({ db, database: openDatabase(backend.connection) })
      const started = performance.now()
      const run = await fc.check(
        fc.asyncProperty(arbitrary, async (one) => {
          const found = await check(one)
          if (found !== undefined) throw new Error(found)
        }),
        { numRuns, seed: seed + stream, ...(path !== undefined && { path }) },
      )
      if (run.failed) throw failure(run, `on ${backendName}.*${name}`)
      const seconds = (performance.now() - started) / 1000
      const { segments, populations, clocks } = size
      process.stdout.write(
        `${backendName}, ${name}: ${numRuns * triplesEach} triples, ${numRuns} rounds of ${segments} segments × ${populations} populations × ${clocks} clocks, in ${seconds.toFixed(1)} s, seed ${seed}\n`,
      )
    })
  }

  test.each(kept)(
    '$name: SQL and the reference find whom the evaluator finds',
    ({ name, layout }) =>
      layout === undefined
        ? agree(
            name,
            fc.tuple(round(mixedSegment), worldSeed),
            async (place) =>
              ([one, drawn]) =>
                inWorld(place, worldOf(drawn, one)),
          )
        : agree(
            name,
            round(mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))),
            async (place) => {
              await createLayout(place.db, layout)
              const source = await bound(place.db, layout)
              return async (one) => {
                const found = await difference({ ...place, layout, source }, one)
                return found && told(found)
              }
            },
          ),
    120_000 + triples * 20,
  )
})

const worldSeed = fc.noBias(fc.nat())

/** What does not agree in a world with tables of its own. */
async function inWorld(place: Pick<Place, 'db' | 'database'>, world: World): Promise<string | undefined> {
  const { segments } = world.round
  const asksTagTimes = segments.some(
    ({ definition }) => !canAnswer({ recordsTagTimes: false }, definition.rule),
  )
  const layout = storageOf(world, asksTagTimes)
  try {
    await createLayout(place.db, layout)
    const source = await bound(place.db, layout)
    const found = await difference({ ...place, layout, source }, world.round)
    return found && [told(found), toldWorld(world, layout)].join('\n\n')
  } finally {
    await layout.drop?.execute(place.db)
  }
}

type Failed = Pick<fc.RunDetails<unknown>, 'counterexamplePath' | 'errorInstance'>

function failure({ counterexamplePath, errorInstance }: Failed, name: string): Error {
  const again = `SEGMENTRY_SEED=${seed} SEGMENTRY_TRIPLES=${triples} SEGMENTRY_PATH='${counterexamplePath}' npx -y pnpm@12 exec vitest run test/conformance/differential -t '${name}'`
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return new Error(`${message}\n\nTo see it again: ${again}`, { cause: errorInstance })
}
