import { createDatabase, startPostgres } from '@segmentry/testing'
import pg from 'pg'
import { load } from '../../examples/store/src/load.ts'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import { type BroadcastResult, measureBroadcast } from './broadcast.ts'
import * as crm from './crm.ts'
import { type InProcessResult, measureInProcess } from './in-process.ts'
import { type ExportResult, measureExport } from './export.ts'
import * as journey from './journey.ts'
import { measureMessages } from './messages.ts'
import { measurePlan, type PlanResult } from './plan.ts'
import { broadcastTable, exportTable, planTable, serviceTable, shapesTable, shown, table } from './report.ts'
import { measureService, type ServiceResult } from './service.ts'
import { ask, measureShapes, open, type ShapeResult } from './sql.ts'

/** How much is measured. */
export interface BenchSize extends crm.Size {
  readonly rounds: number
}

/** What was measured. */
export interface BenchResults {
  readonly size: BenchSize
  readonly node: string
  readonly postgres: string
  readonly shapes: readonly ShapeResult[]
  readonly inProcess: readonly InProcessResult[]
  readonly messages: readonly InProcessResult[]
  readonly service: readonly ServiceResult[]
  readonly broadcast: readonly BroadcastResult[]
  readonly plan: readonly PlanResult[]
  readonly exported: readonly ExportResult[]
}

/** Measures, and ends the connection whatever happens. */
const measured: typeof measureShapes = async (data, opened, shapes, now, effort) => {
  try {
    return await measureShapes(data, opened, shapes, now, effort)
  } finally {
    await opened.client.end()
  }
}

/** Measures everything beside its hand-written best: SQL on a made-up CRM and on the store's data, and one process. */
export async function runBench(
  size: BenchSize,
  say: (line: string) => void,
): Promise<{ readonly text: string; readonly results: BenchResults }> {
  await using server = await startPostgres()
  const effort = { rounds: size.rounds, patience: 20_000 }

  say(`making ${size.people} people and ${size.events} events`)
  await using crmDatabase = await createDatabase(server.url)
  const filling = new pg.Client({ connectionString: crmDatabase.url })
  await filling.connect()
  for (const statement of crm.seed(size)) await ask(filling, compiled(statement))
  await filling.end()
  say('measuring SQL on them')
  const opened = await open(crmDatabase.url, crm.source)
  const postgres = (await opened.client.query<{ server_version: string }>('show server_version')).rows[0]!
    .server_version
  const onCrm = await measured('crm', opened, crm.shapes, crm.clock, effort)

  say('measuring exports')
  const exported = await measureExport(crmDatabase.url, effort)

  say('measuring the HTTP service')
  const service = await measureService(crmDatabase.url, size.people, size.rounds)

  say('measuring a broadcast')
  await using broadcastDatabase = await createDatabase(server.url)
  const broadcast = await measureBroadcast(broadcastDatabase.url, {
    people: size.people * 10,
    messages: Math.min(size.people, 2_000),
    rounds: Math.min(size.rounds, 5),
  })

  say('measuring a plan')
  await using planDatabase = await createDatabase(server.url)
  const plan = await measurePlan(planDatabase.url, {
    people: size.people * 10,
    events: Math.round(size.events * 2.5),
    segments: size.people < 10_000 ? 20 : 100,
  })

  say('measuring SQL on the store')
  await using storeDatabase = await createDatabase(server.url)
  const store = await load({ connectionString: storeDatabase.url })
  await store.close()
  const openedStore = await open(storeDatabase.url, store.source)
  await openedStore.client.query('vacuum analyze')
  const onStore = await measured('store', openedStore, journey.shapes, journey.clock, effort)

  say('measuring in process')
  const inProcess = await measureInProcess(Math.min(size.people, 20_000), size.rounds)
  const messages = await measureMessages(Math.min(size.people, 2_000), size.rounds)
  const shapes = [...onCrm, ...onStore]
  const rowsOf = (results: readonly InProcessResult[]) =>
    results.map(({ name, nanoseconds, ratio, agreed }) => [
      name,
      shown(nanoseconds),
      `${shown(ratio)} x`,
      agreed ? 'yes' : 'NO',
    ])
  const text = [
    shapesTable(shapes),
    table(['in process', 'ns', 'to by hand', 'agreed'], rowsOf(inProcess)),
    table(['for one person', 'ns', 'to bare', 'agreed'], rowsOf(messages)),
    serviceTable(service),
    broadcastTable(broadcast),
    planTable(plan),
    exportTable(exported),
  ].join('\n\n')
  const results = {
    size,
    node: process.version,
    postgres,
    shapes,
    inProcess,
    messages,
    service,
    broadcast,
    plan,
    exported,
  }
  return { text, results }
}
