import { foldAscii } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'

type Sql = RawBuilder<unknown>

// An address is written down as its person gave it, without the white space around it, and told apart by its key: the same
// with ASCII letters in lower case. Two spellings of one address are one address; no more is guessed, as `a.b@` and `ab@` are two
// people for some providers.

const around = ' \t\r\n'

/** What an address is told apart by. */
export const addressKey = (address: string): string =>
  foldAscii(address.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))

/** {@link addressKey} in SQL. */
export const addressKeySql = (address: Sql): Sql => sql`lower(${trimmedSql(address)} collate "C")`

/** An address without the white space around it, in SQL. */
export const trimmedSql = (address: Sql): Sql => sql`btrim(${address}, ${around}::text)`

/** Nothing that ends a line, opens a display name or makes one address two. */
const part = '[^@[:space:][:cntrl:]\\u0085\\u00a0\\u2028\\u2029\\ufeff"(),:;<>\\[\\]\\\\]+'

/**
 * Whether an address on a channel can be written to, in SQL.
 *
 * An email address has one `@`, a dot in its domain and at most 254 characters (RFC 5321 4.5.3.1.3, less the brackets), and none
 * of those that mean something in a header. Addresses of other channels have at least a character.
 */
export const isAddressSql = (trimmed: Sql, channel: string): Sql =>
  channel === 'email'
    ? sql`(length(${trimmed}) <= 254 and ${trimmed} collate "C" ~ ${`^${part}@${part}\\.${part}$`}::text)`
    : sql`${trimmed} <> ''`
