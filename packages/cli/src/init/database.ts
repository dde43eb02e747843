import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Schema } from '@segmentry/core'
import type { Connection } from '@segmentry/postgres'
import { connect, makeEmbedded } from '../database/open.ts'
import { usage } from '../failure.ts'

/** The database that a call is about. */
export interface Asked {
  /** The folder of the project: a file `.env` there counts as the environment. */
  readonly folder: string
  /** A folder of the embedded Postgres. */
  readonly pglite?: string
  /** An address; the variable DATABASE_URL has it unless told. */
  readonly url?: string
}

const isAddress = (text: string): boolean => /^(?:postgres|postgresql|pg|socket):|^\//.test(text)

/** The address of a server: what is said, else what the environment has, or a file .env in the folder. */
function addressOf({ folder, url }: Asked): string {
  const variables = join(folder, '.env')
  if (url === undefined && existsSync(variables)) process.loadEnvFile(variables)
  const address = url ?? process.env['DATABASE_URL'] ?? ''
  if (isAddress(address)) return address
  if (address !== '' || url !== undefined) {
    throw usage(
      `${url === undefined ? 'the variable DATABASE_URL' : '--database'} is no address of Postgres; it is not shown, as it may hold a password`,
      'Write it such as postgres://user:password@host:5432/name, or name a folder of PGlite by --pglite.',
    )
  }
  throw usage(
    'found no database to look at',
    'Set DATABASE_URL, or write --database postgres://user:password@host:5432/name;',
    'or --pglite ./data for a folder of the embedded Postgres;',
    'or --layout to begin with tables that Segmentry makes.',
  )
}

/** Does something on the database that is asked for. */
export async function onDatabase<T>(asked: Asked, use: (connection: Connection) => Promise<T>): Promise<T> {
  const { pglite, folder } = asked
  if (pglite !== undefined && !isDatabase(pglite)) {
    const found = existsSync(pglite) ? 'a folder without a database' : 'no folder'
    throw usage(
      `--pglite: found ${found} at ${pglite}, expected one that PGlite keeps a database in`,
      'Correct it; or write --layout --yes to have one made there.',
    )
  }
  const database = pglite === undefined ? addressOf(asked) : { pglite }
  const { connection, close } = await connect({ database }, folder)
  try {
    return await use(connection)
  } finally {
    await close()
  }
}

const isDatabase = (path: string): boolean => existsSync(path) && readdirSync(path).includes('PG_VERSION')

/** Makes the tables of the default layout, and an embedded database where there is none. */
export async function makeTables(asked: Asked, schema: Schema, layout: string): Promise<void> {
  const { openStore } = await import('@segmentry/postgres')
  const { pglite } = asked
  if (pglite !== undefined && !isDatabase(pglite)) {
    if (existsSync(pglite) && readdirSync(pglite).length > 0) {
      throw usage(
        `--pglite: found a folder with other files at ${pglite}, expected an empty one, or none`,
        'Name another folder.',
      )
    }
    mkdirSync(dirname(pglite), { recursive: true })
    await makeEmbedded(pglite)
  }
  await onDatabase(asked, async (connection) => {
    const store = await openStore(schema, connection, { schema: layout })
    await store.close()
  })
}
