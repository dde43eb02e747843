import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Broadcasts } from '@segmentry/broadcast'
import {
  type Connection,
  type EvaluatorSettings,
  layoutSource,
  openEvaluator,
  type PostgresEvaluator,
  type Source,
} from '@segmentry/postgres'
import type { Config } from '../config/config.ts'
import type { Loaded } from '../config/load.ts'
import { reveal } from '../config/secret.ts'
import { Failure, exits, told, usage } from '../failure.ts'
import { lockFolder } from './lock.ts'

/** An evaluator on the database of a configuration. */
export interface Opened extends AsyncDisposable {
  readonly evaluator: PostgresEvaluator
}

/** Opens the database of a configuration and checks that its tables fit the schema. */
export async function openProject(loaded: Loaded): Promise<Opened> {
  const { made: evaluator, close } = await openOn(loaded, openEvaluator)
  return { evaluator, [Symbol.asyncDispose]: close }
}

/** Broadcasts of a configuration. */
export interface OpenedLedger extends AsyncDisposable {
  readonly broadcasts: Broadcasts
}

/** Opens the database of a configuration with the ledger of its broadcasts, which is made where there is none. */
export async function openLedger(loaded: Loaded): Promise<OpenedLedger> {
  // What only counts and lists needs none of it.
  const { openBroadcasts } = await import('@segmentry/broadcast')
  const { ledger: schema } = loaded.config
  const { made: broadcasts, close } = await openOn(loaded, (source, connection, settings) =>
    openBroadcasts(source, connection, { ...settings, ...(schema !== undefined && { schema }) }),
  )
  return { broadcasts, [Symbol.asyncDispose]: close }
}

interface Made<T> {
  readonly made: T
  readonly close: () => Promise<void>
}

/** Opens something on the database of a configuration; what is told of tables that do not fit is in the configuration's words. */
export async function openOn<T extends { readonly close: () => Promise<void> }>(
  { config, folder }: Loaded,
  open: (source: Source, connection: Connection, settings: EvaluatorSettings) => Promise<T>,
): Promise<Made<T>> {
  const { statementTimeout, lockTimeout } = config
  const settings: EvaluatorSettings = {
    ...(statementTimeout !== undefined && { statementTimeout }),
    ...(lockTimeout !== undefined && { lockTimeout }),
  }
  const { connection, close } = await connect(config, folder)
  try {
    const made = await open(sourceOf(config), connection, settings)
    return {
      made,
      close: async () => {
        await made.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw misfit(error, config)
  }
}

const sourceOf = (config: Config): Source =>
  'source' in config && config.source !== undefined
    ? config.source
    : layoutSource(config.schema, (config as { readonly layout: string }).layout)

/** What is said of tables that do not fit, and what to do where they are ours to make. */
function misfit(error: unknown, config: Config): unknown {
  if (Object(error)._tag !== 'SourceError') return error
  const lines = ['the tables do not fit the schema:', (error as Error).message]
  if (!('source' in config) || config.source === undefined)
    lines.push('openStore(schema, connection) of @segmentry/postgres makes the tables of the default layout.')
  return new Failure(exits.usage, told(lines), { cause: error })
}

/** A connection, and what ends it. */
export interface Connected {
  readonly connection: Connection
  readonly close: () => Promise<void>
}

/** Connects to the database that a configuration names. */
export async function connect({ database }: Pick<Config, 'database'>, folder: string): Promise<Connected> {
  if (typeof database === 'object' && 'pglite' in database) {
    return openEmbedded(resolve(folder, database.pglite))
  }
  const connectionString = reveal(database, 'database')
  if (!/^(?:postgres|postgresql|pg|socket):|^\//.test(connectionString)) {
    throw usage(
      "'database' of the configuration is no address of Postgres; it is not shown, as it may hold a password",
      'Write it such as postgres://user:password@host:5432/name, or as { pglite: … } for the embedded one.',
    )
  }
  return { connection: { connectionString }, close: async () => undefined }
}

async function openEmbedded(path: string): Promise<Connected> {
  if (!existsSync(path) || !readdirSync(path).includes('PG_VERSION')) {
    const found = existsSync(path) ? 'a folder without a database' : 'no folder'
    throw usage(
      `found ${found} at ${path}, expected one that PGlite keeps a database in`,
      "Make it with new PGlite('…') and openStore(schema, { pglite }), or correct 'database.pglite' of the configuration.",
    )
  }
  const unlock = lockFolder(path)
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    const pglite = await PGlite.create(path)
    const close = async (): Promise<void> => {
      await pglite.close()
      unlock()
    }
    return { connection: { pglite }, close }
  } catch (error) {
    unlock()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(
      exits.database,
      told([
        `the embedded database in ${path} does not open: ${reason}`,
        `Another version of PGlite may have made it: see ${join(path, 'PG_VERSION')}.`,
      ]),
      { cause: error },
    )
  }
}

/** Makes an embedded database with nothing in it. */
export async function makeEmbedded(path: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite')
  const pglite = await PGlite.create(path)
  await pglite.close()
}
