import { type RawBuilder, sql } from 'kysely'
import { dataEnd } from '../../examples/store/src/data.ts'
import { segments } from '../../examples/store/src/segments.ts'
import { type Shape, since, until } from './shape.ts'

// The store's segments on the default layout: every value in JSONB.

/** The clock of every question about the store. */
export const clock = Date.parse(dataEnd)

const events = sql.table('segmentry.events')
const people = sql.table('segmentry.people')
const within = (name: string, days: number): RawBuilder<unknown> =>
  sql`name = ${name} and at > ${since(clock, days)} and at <= ${until(clock)}`
const ever = (name: string): RawBuilder<unknown> => sql`name = ${name} and at <= ${until(clock)}`
const none = (condition: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`not exists (select from ${events} as e where e.person_id = p.id and ${condition})`

/** Each question with the best SQL that is known for it, which trusts the documents to hold what they should. */
export const shapes: readonly Shape[] = [
  {
    name: 'regulars',
    segment: segments.regulars,
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from (select person_id from ${events} where ${within('purchase', 30)} group by person_id having count(*) >= 4) as found`,
    ],
  },
  {
    name: 'bigSpenders',
    segment: segments.bigSpenders,
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from (select person_id from ${events} where ${within('purchase', 90)} group by person_id having sum((properties ->> 'amount')::numeric) > 40) as found`,
    ],
  },
  {
    name: 'lapsed',
    segment: segments.lapsed,
    ask: { kind: 'ids' },
    byHand: [
      sql`select p.id from ${people} as p where exists (select from ${events} as e where e.person_id = p.id and ${ever('purchase')})
        and ${none(within('purchase', 90))} and ${none(within('coupon_redeemed', 90))} order by p.id`,
    ],
  },
  {
    name: 'families',
    segment: segments.families,
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from ${people} where fields ->> 'kids' in ('1', '2', '3+') or fields ->> 'size' in ('4', '5+')`,
    ],
  },
  {
    name: 'occasional',
    segment: segments.occasional,
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from ${people} as p where not exists (select from (select person_id from ${events} where ${within('purchase', 90)} group by person_id having count(*) > 2) as busy where busy.person_id = p.id)`,
    ],
  },
  {
    name: 'is one household a regular',
    segment: segments.regulars,
    ask: { kind: 'has', person: '13' },
    byHand: [
      sql`select count(*) as n from ${people} as p where p.id = '13' and exists (select from ${events} where person_id = '13' and ${within('purchase', 30)} offset 3)`,
    ],
  },
]
