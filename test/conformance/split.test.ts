import { segmentFlow } from '@segmentry/flow'
import { type SplitFixture, testSplitAdapter } from '@segmentry/flow/testing'
import { type Connection, openEvaluator, openStore } from '@segmentry/postgres'
import { createDatabase, startPglite } from '@segmentry/testing'
import pg from 'pg'
import { afterAll, describe, inject, test } from 'vitest'

// A split means the same on Postgres as in the process: the suite of all adapters, on a server and embedded.

/** A database, how many queries for members it has answered, and how it ends. */
interface Opened {
  readonly connection: Connection
  readonly asked: () => number
  readonly drop: () => Promise<void>
}

const isQuestion = (text: string): boolean => text.includes(' as held from ')

const databases: Readonly<Record<string, () => Promise<Opened>>> = {
  postgres: async () => {
    const database = await createDatabase(inject('postgresUrl'))
    const pool = new pg.Pool({ connectionString: database.url, max: 4 })
    let asked = 0
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...all: readonly unknown[]) => unknown
      const counting = (config: { readonly text: string }, ...more: readonly unknown[]): unknown => {
        if (isQuestion(config.text)) asked += 1
        return query(config, ...more)
      }
      client.query = counting as typeof client.query
    })
    const drop = async () => {
      await pool.end()
      await database.drop()
    }
    return { connection: { pool }, asked: () => asked, drop }
  },
  pglite: async () => {
    const pglite = await startPglite()
    let asked = 0
    const transaction = pglite.transaction.bind(pglite)
    pglite.transaction = (use) =>
      transaction((running) => {
        const query = running.query.bind(running)
        running.query = (text, ...more) => {
          if (isQuestion(text)) asked += 1
          return query(text, ...more)
        }
        return use(running)
      })
    return { connection: { pglite }, asked: () => asked, drop: () => pglite.close() }
  },
}

/** Puts the people of the fixture into tables. */
async function fill({ schema, people }: SplitFixture, connection: Connection) {
  const store = await openStore(schema, connection)
  await store.ingest({
    people: people.map(({ id, fields = {} }) => ({ id, fields })),
    tags: people.map(({ id, tags = [] }) => ({ person: id, add: tags.map(String) })),
    events: people.flatMap(({ id, events = [] }) => events.map((event) => ({ ...event, person: id }))),
  })
  await store.analyze()
  await store.close()
  return store.source
}

describe.each(Object.entries(databases))('on %s', (_, open) => {
  testSplitAdapter({ test, afterAll }, async (fixture) => {
    const { connection, asked, drop } = await open()
    const evaluator = await openEvaluator(await fill(fixture, connection), connection)
    const close = async () => {
      await evaluator.close()
      await drop()
    }
    return { flow: segmentFlow(evaluator, fixture.segments), asked, close }
  })
})
