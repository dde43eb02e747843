import { sql } from 'kysely'
import { type Asked, relationOf } from '../compile/top.ts'
import { literally } from '../database/index.ts'
import type { BoundSource } from '../source/bind.ts'
import type { Calendar } from './calendar.ts'
import { liveClock, type LiveSource } from './live.ts'

/** A view of a segment's people. */
export interface View {
  /** A SELECT without parameters that answers with their ids, in one column of the type and collation of `column`. */
  readonly select: string
  readonly column: string
  /** What has to be in the table of calendars. */
  readonly calendars: readonly Calendar[]
}

/** The view of what is asked for. */
export function viewOf(asked: Asked, source: BoundSource, live: LiveSource): View {
  const { clock, calendars } = liveClock(live)
  const {
    idType: { name },
    collation,
  } = source.people
  const people = relationOf(asked, { source, now: clock, mode: 'set' })
  // Of which table an id is taken depends on the rule; what replaces a view has to have a column of the same type.
  const collated = collation === null ? sql`` : sql` collate ${sql.raw(collation)}`
  const select = sql`select members.member::${sql.id('pg_catalog', name)}${collated} as id from (${people}) as members`
  return {
    select: literally(select).sql,
    column: collation === null ? name : `${name} ${collation}`,
    calendars: [...calendars.values()],
  }
}
