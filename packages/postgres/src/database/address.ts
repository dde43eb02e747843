import { shown } from '@segmentry/core'
import pg from 'pg'
import type { Connection } from './database.ts'

// A connection that nobody meant is never made up: without an address, pg would take the machine's own server. What
// is given is not shown, as it may hold a password.

const kinds = "{ connectionString: 'postgres://user@host/database' }, { pool } of pg, or { pglite }"

const wrong = (found: string): TypeError => new TypeError(`found ${found}, expected a connection: ${kinds}`)

/** Throws a `TypeError` for what is no connection. */
export function checkConnection(connection: Connection): void {
  const given: unknown = connection
  if (typeof given === 'string') throw wrong('a text')
  if (typeof given !== 'object' || given === null) throw wrong(shown(given))
  const own = given as Readonly<Record<string, unknown>>
  const keys = Object.keys(own)
  const odd = keys.filter((key) => !(key in checks))
  if (odd.length > 0) throw wrong(`the key ${odd.map((key) => `'${key}'`).join(', ')}`)
  const said = keys.filter((key) => own[key] !== undefined)
  if (said.length > 1) throw wrong(said.join(' and '))
  const [key] = said
  if (key === undefined) throw wrong(keys.length === 0 ? 'no key' : `${keys[0]}: undefined`)
  checks[key as keyof typeof checks](own[key])
}

const checks = {
  pool: (pool: unknown): void => {
    if (!can(pool, 'connect')) throw wrong(`${shown(pool)} for the pool`)
  },
  pglite: (pglite: unknown): void => {
    if (!can(pglite, 'transaction')) throw wrong(`${shown(pglite)} for pglite`)
  },
  connectionString: (text: unknown): void => {
    if (typeof text !== 'string') throw wrong(`${shown(text)} for the connectionString`)
    if (text === '') throw wrong('an empty connectionString')
    if (!isAddress(text)) throw wrong('a connectionString that is no URL')
  },
}

const can = (given: unknown, method: string): boolean =>
  typeof given === 'object' &&
  given !== null &&
  typeof (given as Readonly<Record<string, unknown>>)[method] === 'function'

/** A URL of Postgres, or the path of a socket, that pg can read. */
function isAddress(text: string): boolean {
  if (!/^(?:(?:postgres|postgresql|pg|socket):|\/)/.test(text)) return false
  try {
    void new pg.Client({ connectionString: text })
    return true
  } catch {
    return false
  }
}
