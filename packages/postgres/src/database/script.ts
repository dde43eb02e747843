import pg from 'pg'
import type { Beginning } from './connection.ts'

/** `isolation level repeatable read, read only`: how a transaction is, after `begin` or `set transaction`. */
export const modeSql = ({ isolation, access }: Beginning): string => `isolation level ${isolation}, ${access}`

/**
 * What a page read out of order costs beside one read in order, for the planner: what storage without moving parts
 * needs, in place of Postgres's own 4, which keeps it from looking people up by index. A server that was told its own
 * figure keeps it.
 */
const randomPageCost = `set_config('random_page_cost', case current_setting('random_page_cost') when '4' then '1.1' else current_setting('random_page_cost') end, true)`

/** One statement that makes all settings of a transaction and tells which process of the server runs it. */
export function settingsSql({ settings }: Beginning): string {
  const set = Object.entries(settings).map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`,
  )
  return `select pg_backend_pid() as pid, ${[...set, randomPageCost].join(', ')}`
}
