import { PGlite, type PGliteOptions } from '@electric-sql/pglite'

let template: Promise<File | Blob> | undefined

async function makeTemplate(): Promise<File | Blob> {
  await using first = new PGlite()
  await first.waitReady // dumpDataDir would wait for ever for a database that is still starting
  return await first.dumpDataDir('none')
}

/**
 * Opens an empty Postgres inside this process: no server, no files, gone when it is closed.
 *
 * **When to use**
 *
 * For the tests of an application, where starting a server is too much. It has one connection; use
 * {@link startPostgres} for what needs several.
 *
 * **Details**
 *
 * The first call of a process takes some seconds, as Postgres sets itself up; the next ones load what the
 * first one set up, which takes about a fifth of a second. Extensions of PGlite are handed over and then created:
 * `startPglite({ extensions: { citext } })`. End it with `close()`, or with `await using`.
 */
export async function startPglite(options: Pick<PGliteOptions, 'extensions'> = {}): Promise<PGlite> {
  template ??= makeTemplate()
  const database = new PGlite({ ...options, loadDataDir: await template })
  await database.waitReady
  return database
}
