import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackage } from '../setup/apt.ts'
import { end, freePort } from './process.ts'

/** A Redis server of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
}

const there = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Sees to it that there is a Redis server on this machine; throws where there is none to be had. */
export function installRedis(): void {
  if (there()) return
  installPackage('redis-server')
  if (!there()) {
    throw new Error('BullMQ is tried on a Redis server, and there is none: install the package redis-server')
  }
}

/** Starts a Redis server that keeps nothing. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-redis-'))
  const port = await freePort()
  const child: ChildProcess = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    child.stdout!.on('data', (text) => String(text).includes('Ready to accept connections') && resolve())
  })
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await end(child, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
