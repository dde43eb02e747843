import { instantText } from '@segmentry/core'
import type { PostgresError } from '@segmentry/postgres'
import { compiled, type Database } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { type Finding, found } from '../finding/finding.ts'
import { filledUntil } from '../kept/calendar.ts'

/** With less than a year left there is something to do. */
const soon = 365 * 86_400_000

/** Up to when the views of revisions can answer, at a clock; nothing where none of them looks at a calendar. */
export const calendarFindings = (
  database: Database,
  place: string,
  now: number,
): Effect.Effect<readonly Finding[], PostgresError> =>
  database.read((session) =>
    Effect.gen(function* () {
      const [there] = yield* session.run(
        compiled(sql<{
          readable: boolean
        }>`select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = ${place}::text and c.relname = 'calendar'`),
      )
      if (there?.readable === false) return [untried(`${place}.calendar`)]
      const until = there === undefined ? undefined : yield* filledUntil(session, place)
      return until === undefined ? [] : [findingOf(`${place}.calendar`, until, now)]
    }),
  )

const untried = (key: string): Finding =>
  found('views/untried', {
    on: 'table',
    key,
    path: [],
    message:
      'Until when views of segments can answer is not known, as this role may not read their calendars',
    remedy: `Grant it USAGE of the schema and SELECT of ${key}, or run 'segmentry check' as the role that applies.`,
  })

function findingOf(key: string, until: string, now: number): Finding {
  const about = { on: 'table', key, path: [] } as const
  const [text, remedy] = [instantText(now), "Run 'segmentry apply': it fills them for ten years."]
  if (until <= text) {
    const message = `Views of segments raise errors, as the calendars that they look at are filled until ${until}`
    return found('views/ended', { ...about, message, remedy })
  }
  const message = `The calendars that views of segments look at are filled until ${until}`
  return Date.parse(until) - now < soon
    ? found('views/ending', { ...about, message: `${message}; then they raise errors`, remedy })
    : found('views/until', { ...about, message })
}
