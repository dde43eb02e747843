import { sql } from 'kysely'
import { param, type Sql, text } from './reading.ts'

const mostVersionCharacters = 256

// As in core's `versionKey`, which says why the key is what it is.
const number = '(?:0|[1-9][0-9]{0,14})'
const identifier = `(?:${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`
const dotted = (part: string): string => `${part}(?:\\.${part})*`
const pattern = `^${number}\\.${number}\\.${number}(?:-${dotted(identifier)})?(?:\\+${dotted('[0-9A-Za-z-]+')})?$`

// Over `version`, the name that the expression has inside.
const bare = sql`split_part(version, '+', 1)`
const dash = sql`strpos(${bare}, '-')`
const padded = (digits: Sql): Sql => sql`lpad(${digits}, 16, '0')`
const numbers = ['1', '2', '3'].map((i) =>
  padded(sql`split_part(split_part(${bare}, '-', 1), '.', ${sql.raw(i)})`),
)
const prerelease = sql`(
  select string_agg(case when part ~ '[^0-9]' then '1' || part else ${padded(sql`part`)} end, ' ' order by i)
  from unnest(string_to_array(substr(${bare}, ${dash} + 1), '.')) with ordinality as parts (part, i)
)`
const key = sql`concat_ws(' ', ${sql.join(numbers)}) || case ${dash} when 0 then '~' else ' ' || ${prerelease} end`

/**
 * The key of a semantic version in an expression of type text, or NULL for what is no version: core's `versionKey`.
 *
 * The expression is evaluated once, and nothing here raises an error, whatever the text is. It reads the parts
 * only of what is a version, and matches only what is short, so that other texts cost little.
 */
export const versionKeySql = (expression: Sql): Sql => sql`(
  select case
    when octet_length(version) > ${param(mostVersionCharacters, 'int4')} then null
    when version ~ ${text(pattern)} then ${key}
  end
  from (select (${expression}) collate "C" as version offset 0) as given
) collate "C"`
