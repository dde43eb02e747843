import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

const pauseMs = 25

/**
 * Makes a process of the server stop what it runs for us; false if it did not within `patience` milliseconds.
 *
 * The order comes over a connection of its own, since a pool in which every connection waits would never give
 * one. It is repeated until the statement has ended: one that arrives before the statement starts is lost.
 */
export async function stopBackend(
  config: pg.ClientConfig,
  process: number,
  settled: Promise<void>,
  patience: number,
): Promise<boolean> {
  const statement = { running: true }
  const ended = settled.then(() => void (statement.running = false))
  const until = performance.now() + patience
  const client = new pg.Client({ ...config, connectionTimeoutMillis: patience, query_timeout: patience })
  // Whatever goes wrong with it shows in the statement that does not end.
  client.on('error', () => undefined)
  try {
    if (process > 0) await client.connect()
    while (statement.running && performance.now() < until) {
      if (process > 0) await client.query('select pg_cancel_backend($1)', [process])
      await Promise.race([ended, delay(pauseMs)])
    }
  } catch {
    await Promise.race([ended, delay(Math.max(0, until - performance.now()))])
  } finally {
    client.end().catch(() => undefined)
  }
  return !statement.running
}
