import pg from 'pg'
import type { Beginning } from './connection.ts'

/** `isolation level repeatable read, read only`: how a transaction is, after `begin` or `set transaction`. */
export const modeSql = ({ isolation, access }: Beginning): string => `isolation level ${isolation}, ${access}`

/** One statement that makes all settings of a transaction and tells which process of the server runs it. */
export function settingsSql({ settings }: Beginning): string {
  const set = Object.entries(settings).map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`,
  )
  return `select pg_backend_pid() as pid, ${set.join(', ')}`
}
