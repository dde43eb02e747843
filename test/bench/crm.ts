import { atLeast, choice, decimal, defineSchema, greaterThan, oneOf, segmentry, text } from '@segmentry/core'
import type { SchemaOf } from '@segmentry/core'
import { column, defineSource, eventTable, type EventTable, json, tagTable } from '@segmentry/postgres'
import { type RawBuilder, sql } from 'kysely'
import type { Shape } from './shape.ts'
import { since, until } from './shape.ts'

// A made-up CRM: columns and JSONB fields, tags and events in tables of their own, events about in order of time.

const days = 400

/** The end of the made-up data, and the clock of every question about it. */
export const clock = Date.UTC(2026, 10, 1)

/** What is known of its people. */
export const schema = defineSchema({
  fields: { plan: choice('free', 'pro', 'team'), country: text(), city: text() },
  tags: ['vip', 'newsletter', 'churned', 'internal'],
  events: {
    opened: { campaign: text() },
    clicked: { campaign: text() },
    viewed: {},
    login: {},
    purchase: { amount: decimal(2) },
    refund: { amount: decimal(2) },
    invited: {},
    asked: {},
  },
})
/** The schema, under a name. */
export interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const eventsIn = (properties: NonNullable<EventTable['properties']>): EventTable =>
  eventTable('events', {
    person: 'person_id',
    name: 'name',
    at: 'at',
    id: 'id',
    properties,
    foreignKey: true,
  })

/** The schema on the tables. */
export const source = defineSource(schema, {
  people: { table: 'people', id: 'id' },
  fields: { '*': json('fields'), plan: column() },
  tags: tagTable('tags', { person: 'person_id', tag: 'tag', foreignKey: true }),
  events: {
    '*': eventsIn({ '*': json('properties') }),
    purchase: eventsIn({ amount: column() }),
    refund: eventsIn({ amount: column() }),
  },
})

/** How large the data is. */
export interface Size {
  readonly people: number
  readonly events: number
}

/** The statements that make and fill the tables, to be run over one connection: the random numbers are its own. */
export const seed = ({ people, events }: Size): readonly RawBuilder<unknown>[] => [
  sql`create table people (id bigint primary key, plan text not null, fields jsonb not null)`,
  sql`create table tags (person_id bigint not null references people, tag text not null, primary key (person_id, tag))`,
  sql`create table events (id bigint not null, person_id bigint not null, name text not null, at timestamptz not null, amount numeric(12,2), properties jsonb not null)`,
  sql`select setseed(0.42)`,
  sql`insert into people select i, (array['free', 'free', 'free', 'free', 'pro', 'pro', 'team'])[1 + floor(random() * 7)::int],
      jsonb_build_object('country', (array['US', 'US', 'US', 'CA', 'GB', 'DE', 'FR', 'NL', 'IN', 'BR'])[1 + floor(random() * 10)::int], 'city', 'city ' || floor(random() * 500))
    from generate_series(1, ${sql.lit(people)}) as i`,
  sql`insert into tags select i, tag from (select i, tag, share, random() as chance from generate_series(1, ${sql.lit(people)}) as i,
      (values ('vip', 0.03), ('newsletter', 0.4), ('churned', 0.1), ('internal', 0.01)) as t(tag, share) offset 0) as drawn where chance < share`,
  // The cube makes some people a hundred times as busy as others.
  sql`insert into events select i, 1 + floor(${sql.lit(people)} * random() ^ 3)::bigint, name,
      ${sql.lit(new Date(clock).toISOString())}::timestamptz - (${sql.lit(events)} - i) * (interval '1 day' * ${sql.lit(days)} / ${sql.lit(events)}),
      case when name in ('purchase', 'refund') then round((random() * 120)::numeric, 2) end,
      jsonb_build_object('campaign', 'campaign ' || floor(random() * 50))
    from (select i, (array['opened', 'opened', 'opened', 'opened', 'opened', 'opened', 'viewed', 'viewed', 'viewed', 'viewed',
        'login', 'login', 'login', 'login', 'clicked', 'clicked', 'purchase', 'refund', 'invited', 'asked'])[1 + floor(random() * 20)::int] as name
      from generate_series(1, ${sql.lit(events)}) as i) as made`,
  sql`alter table events add primary key (person_id, id)`,
  sql`alter table events add foreign key (person_id) references people`,
  sql`create index on tags (tag, person_id)`,
  sql`create index on events (person_id, name, at)`,
  sql`create index on events (name, at, person_id)`,
  sql`create index on events using brin (at)`,
  // Without them Postgres takes any test of a JSONB key for one that half a per cent of the rows pass.
  sql`create statistics people_country on (fields ->> 'country'), (fields -> 'country') from people`,
  sql`vacuum analyze people, tags, events`,
]

const within = (name: string, n: number) =>
  sql`name = ${name} and at > ${since(clock, n)} and at <= ${until(clock)}`
const thrice = (name: string, n: number) =>
  sql`select person_id from events where ${within(name, n)} group by person_id having count(*) >= 3`
const isActive = (id: RawBuilder<unknown>, name: string, n: number) =>
  sql`exists (select from events where person_id = ${id} and ${within(name, n)} offset 2)`
const id = sql`people.id`
const asked = '19'

const openedThrice = segment().group((g) => g.event('opened', (e) => e.within('30 days').count(atLeast(3))))
const active = openedThrice.exclude((g) => g.tag('churned'))
const proAmericans = segment().group((g) =>
  g
    .field('plan', 'pro')
    .field('country', 'US')
    .event('opened', (e) => e.within('30 days').count(atLeast(3))),
)

/** The segments of a split: a tag, a number of events, and both with fields. */
export const branches = { vip: segment().group((g) => g.tag('vip')), proAmericans, openedThrice }

/** Each question with the best SQL that is known for it. */
export const shapes: readonly Shape[] = [
  {
    name: 'opened in 30 days',
    segment: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(distinct person_id) as n from events where ${within('opened', 30)}`,
      sql`select count(*) as n from (select person_id from events where ${within('opened', 30)} group by person_id) as found`,
    ],
  },
  {
    name: 'opened 3 times in 30 days',
    segment: openedThrice,
    ask: { kind: 'count' },
    byHand: [sql`select count(*) as n from (${thrice('opened', 30)}) as found`],
  },
  {
    name: 'none of 3 events in 90 days',
    segment: segment().group((g) =>
      g.none((g) =>
        g
          .event('opened', (e) => e.within('90 days'))
          .event('purchase', (e) => e.within('90 days'))
          .event('login', (e) => e.within('90 days')),
      ),
    ),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from people where not exists (select from events where person_id = ${id} and ${within('opened', 90)})
        and not exists (select from events where person_id = ${id} and ${within('purchase', 90)})
        and not exists (select from events where person_id = ${id} and ${within('login', 90)})`,
      sql`select count(*) as n from people where not exists (select from events where person_id = ${id} and name in ('opened', 'purchase', 'login') and at > ${since(clock, 90)} and at <= ${until(clock)})`,
    ],
  },
  {
    name: 'spent over 500 in 365 days',
    segment: segment().group((g) =>
      g.event('purchase', (e) => e.within('365 days').sum('amount', greaterThan(500))),
    ),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from (select person_id from events where ${within('purchase', 365)} group by person_id having sum(amount) > 500) as found`,
    ],
  },
  {
    name: 'pro, US, not vip, opened in 30 days',
    segment: segment().group((g) =>
      g
        .field('plan', 'pro')
        .field('country', 'US')
        .none((g) => g.tag('vip'))
        .event('opened', (e) => e.within('30 days')),
    ),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from people where plan = 'pro' and fields ->> 'country' = 'US' and not exists (select from tags where person_id = ${id} and tag = 'vip')
        and exists (select from events where person_id = ${id} and ${within('opened', 30)})`,
      sql`select count(*) as n from people where plan = 'pro' and fields ->> 'country' = 'US' and not exists (select from tags where person_id = ${id} and tag = 'vip')
        and id in (select person_id from events where ${within('opened', 30)} group by person_id)`,
    ],
  },
  {
    name: 'a rare tag, 3 logins in 90 days',
    segment: segment().group((g) =>
      g.tag('internal').event('login', (e) => e.within('90 days').count(atLeast(3))),
    ),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from tags where tag = 'internal' and ${isActive(sql`tags.person_id`, 'login', 90)}`,
      sql`select count(*) as n from tags join (${thrice('login', 90)}) as found using (person_id) where tag = 'internal'`,
    ],
  },
  {
    name: 'the first 50 who opened 3 times',
    segment: openedThrice,
    ask: { kind: 'page', limit: 50 },
    byHand: [
      sql`select id::text as id from people where ${isActive(id, 'opened', 30)} order by people.id limit 50`,
      sql`select person_id::text as id from (${thrice('opened', 30)}) as found order by person_id limit 50`,
    ],
  },
  {
    name: 'is one person a pro, US, opened 3 times',
    segment: proAmericans,
    ask: { kind: 'has', person: asked },
    byHand: [
      sql`select count(*) as n from people where id = ${asked}::bigint and plan = 'pro' and fields ->> 'country' = 'US' and ${isActive(id, 'opened', 30)}`,
    ],
  },
  {
    name: 'every id of opened 3 times, not churned',
    segment: active,
    ask: { kind: 'ids' },
    byHand: [
      sql`select person_id::text as id from (${thrice('opened', 30)}) as found where not exists (select from tags where tags.person_id = found.person_id and tag = 'churned') order by found.person_id`,
    ],
  },
  {
    name: 'any of two groups',
    segment: segment()
      .group((g) => g.field('plan', 'team').field('country', oneOf('GB', 'DE')))
      .group((g) => g.event('purchase', (e) => e.within('30 days'))),
    ask: { kind: 'count' },
    byHand: [
      sql`select count(*) as n from (select id from people where plan = 'team' and fields ->> 'country' in ('GB', 'DE')
        union select person_id from events where ${within('purchase', 30)}) as found`,
      sql`select count(*) as n from people where (plan = 'team' and fields ->> 'country' in ('GB', 'DE'))
        or id in (select person_id from events where ${within('purchase', 30)})`,
    ],
  },
  {
    name: 'the top 100 spenders of 365 days',
    segment: segment()
      .group((g) => g.everyone())
      .top(100, (r) => r.event('purchase', (e) => e.within('365 days')).sum('amount')),
    ask: { kind: 'ids' },
    // It leaves out people without a purchase, as somebody who knows that 100 have spent something would.
    byHand: [
      sql`select id::text as id from (select person_id as id from events where ${within('purchase', 365)} group by person_id
        order by sum(amount) desc, person_id::text collate "C" limit 100) as best order by best.id`,
    ],
  },
]
