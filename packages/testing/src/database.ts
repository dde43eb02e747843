import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database that was made for a test. */
export interface TestDatabase {
  /** Where to connect to: `postgres://user:password@host:port/name`. */
  readonly url: string
  readonly name: string
  /** Drops the database, and closes what is still connected to it. */
  drop(): Promise<void>
  /** The same as {@link TestDatabase.drop}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** How a database for a test is made. */
export interface CreateDatabaseOptions {
  /** The name of a database to copy, with its tables and rows; nobody may be connected to it meanwhile. */
  readonly template?: string
}

/** The name of the database that a URL leads to. */
const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres'

function withName(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}

/** Runs one statement over a connection of its own: some, such as CREATE DATABASE, allow no transaction. */
async function run(url: string, make: (client: pg.Client) => string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(make(client))
  } finally {
    await client.end()
  }
}

/**
 * Makes a fresh database on a running server.
 *
 * **Details**
 *
 * It takes a few hundredths of a second, so that each test file, or each test, can have its own. The name
 * starts with the name of the database in `url`, and {@link PostgresServer.stop} drops what is left.
 * With `template`, it is a copy of another database: fill one once and give each test a copy.
 *
 * @param url - Any database of the server, as a role that may create databases.
 */
export async function createDatabase(
  url: string,
  { template = 'template1' }: CreateDatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `${nameOf(url)}_${randomBytes(6).toString('hex')}`
  await run(url, (client) => {
    const [made, copied] = [name, template].map((one) => client.escapeIdentifier(one))
    return `CREATE DATABASE ${made} TEMPLATE ${copied}`
  })
  const drop = (): Promise<void> => dropDatabase(url, name)
  return { url: withName(url, name), name, drop, [Symbol.asyncDispose]: drop }
}

async function dropDatabase(url: string, name: string): Promise<void> {
  await run(url, (client) => `DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
}

/** Drops the databases that {@link createDatabase} made through `url` and that nobody dropped. */
export async function dropCreated(url: string): Promise<void> {
  const prefix = `${nameOf(url)}_`
  const left = await run(
    url,
    (client) =>
      `SELECT datname FROM pg_database WHERE starts_with(datname::text, ${client.escapeLiteral(prefix)})`,
  )
  for (const { datname } of left.rows as readonly { datname: string }[]) await dropDatabase(url, datname)
}
