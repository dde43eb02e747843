import { fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase, type CreateDatabaseOptions, dropCreated, type TestDatabase } from './database.ts'
import { PostgresStartError } from './errors.ts'
import type { HostMessage } from './host.ts'

/** A Postgres server for tests. */
export interface PostgresServer {
  /** Where to connect to: `postgres://user:password@host:port/name`. */
  readonly url: string
  /** Makes a fresh database on this server. */
  createDatabase(options?: CreateDatabaseOptions): Promise<TestDatabase>
  /** Ends the server and removes its files; on a server that was there before, drops what was made. */
  stop(): Promise<void>
  /** The same as {@link PostgresServer.stop}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

const server = (url: string, stop: () => Promise<void>): PostgresServer => ({
  url,
  createDatabase: (options) => createDatabase(url, options),
  stop,
  [Symbol.asyncDispose]: stop,
})

/**
 * Starts a real Postgres 18 server for tests, in about three seconds.
 *
 * **Details**
 *
 * The server listens on a free port of 127.0.0.1, keeps its files in a temporary directory, and orders text
 * by code point (C locale, UTF-8). It ends with this process, however this process ends. Where the user is
 * root, it runs as the user `postgres`, which is made if there is none.
 *
 * When `DATABASE_URL` is set, nothing is started: the server it leads to is used, through a fresh database
 * that {@link PostgresServer.stop} drops. Throws a {@link PostgresStartError} when there is no server to be had.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env['DATABASE_URL']
  return given === undefined || given === '' ? startEmbedded() : useGiven(given)
}

async function useGiven(given: string): Promise<PostgresServer> {
  const base = await createDatabase(given).catch((cause: unknown) => {
    throw new PostgresStartError({
      reason: `DATABASE_URL is set, but no database can be made there: ${String(cause)}`,
      log: '',
      advice: 'Give it the URL of a server that runs and of a role with CREATEDB, or unset it.',
    })
  })
  return server(base.url, async () => {
    await dropCreated(base.url)
    await base.drop()
  })
}

const hostPath = fileURLToPath(new URL(`./host${extname(import.meta.url)}`, import.meta.url))

async function startEmbedded(): Promise<PostgresServer> {
  // Detached, so that Ctrl-C does not reach it before this process has finished with it.
  const host = fork(hostPath, { execArgv: [], detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const message = await Promise.race([
    once(host, 'message').then(([first]) => first as HostMessage),
    once(host, 'exit').then(([code]): HostMessage => ({ failed: `its host ended with ${code}`, log: '' })),
  ])
  const stop = async (): Promise<void> => {
    if (!host.connected) return
    host.ref()
    const ended = once(host, 'exit')
    host.disconnect()
    await ended
  }
  if ('failed' in message) {
    await stop()
    throw new PostgresStartError({
      reason: message.failed,
      log: message.log,
      advice: 'Set DATABASE_URL to the URL of a Postgres server to use that one instead.',
    })
  }
  host.unref()
  host.channel?.unref()
  return server(message.url, stop)
}
