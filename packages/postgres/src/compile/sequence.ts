import { eventNames, type NodeOf, type Step } from '@segmentry/core'
import { sql } from 'kysely'
import { param, type Sql } from '../read/reading.ts'
import type { CompileContext } from './rule.ts'
import { completing } from './steps.ts'
import { streamOf } from './stream.ts'

/**
 * That a person's events follow each other, or with `negated` that they do not.
 *
 * Never a look at one event for each other one: a person of many events takes as long as their events take to be put in order.
 */
export function sequenceSql(node: NodeOf<'sequence'>, context: CompileContext, negated: boolean): Sql {
  const { id } = context.source.people
  const mine = context.mode === 'point' ? id : undefined
  const people = isFree(node)
    ? oneAfterAnother(node, context, mine)
    : completing(node, eventsOf(node, context, mine), context.now)
  if (mine) {
    const exists = sql`exists (${people})`
    return negated ? sql`not ${exists}` : exists
  }
  return negated
    ? sql`not exists (select from (${people}) as done where done.person = ${id})`
    : sql`${id} in (${people})`
}

/** Whether no window says how near events have to be, and nothing that they are of the same. */
const isFree = ({ steps, within, by }: NodeOf<'sequence'>): boolean =>
  within === undefined && by === undefined && steps.every((step) => step.within === undefined)

/**
 * The people of a sequence without windows: of each step, only the first event that is after those before matters.
 *
 * Without putting events in order that is several times as fast where most people have done all of it.
 */
function oneAfterAnother(node: NodeOf<'sequence'>, context: CompileContext, person?: Sql): Sql {
  const { steps } = node
  const placed = (events: Sql): Sql => sql`(select x.person, ${place} as place from (${events}) as x) as x`
  const first = sql`select x.person, min(x.place) as place`
  let before = sql`${first} from ${placed(anchors(node, context, person))} group by x.person`
  for (const step of steps.slice(1, -1)) {
    const events = placed(moments(step, undefined, context, person))
    before = sql`${first} from ${events} join (${before}) as b on b.person = x.person and x.place > b.place group by x.person`
  }
  const last = placed(moments(steps.at(-1)!, undefined, context, person))
  return sql`select b.person from (${before}) as b where exists (select from ${last} where x.person = b.person and x.place > b.place)`
}

/** An instant and an id as one text in their order: 16 digits, as the instant is counted from long before any. */
const place = sql`(to_hex(x.ms + 4611686018427387904) || x.id) collate "C"`

/** The events of all steps as one relation, each with the number of its step; of later steps, those of people who have an anchor. */
function eventsOf(node: NodeOf<'sequence'>, context: CompileContext, person?: Sql): Sql {
  const { steps, by } = node
  const key = by === undefined ? sql`` : sql`, x.key`
  const start = moments(steps[0]!, undefined, context, person)
  const started = person
    ? sql``
    : sql` where x.person in (select a.person from (${start}) as a group by a.person)`
  const branches = steps.map((step, i) => {
    const events = i === 0 ? anchors(node, context, person) : moments(step, by, context, person)
    return sql`select x.person, x.ms, x.id${key}, ${sql.lit(i)} as step from (${events}) as x${i === 0 ? sql`` : started}`
  })
  const all = sql.join(branches, sql` union all `)
  return by === undefined ? all : sql`select x.* from (${all}) as x where x.key is not null`
}

/** The events that a sequence may start from. */
function anchors(node: NodeOf<'sequence'>, context: CompileContext, person?: Sql): Sql {
  const { anchor, anchors: most = 1, steps, by } = node
  const start = moments(steps[0]!, by, context, person)
  if (anchor === 'any') return start
  const order = anchor === 'first' ? sql`asc` : sql`desc`
  const name = eventNames(steps[0]!.event).length === 1 ? sql`` : sql`, x.name ${order}`
  const along = sql`x.ms ${order}, x.id ${order}${name}`
  const numbered = sql`select x.*, row_number() over (partition by x.person order by ${along}) as nth from (${start}) as x`
  return sql`select x.* from (${numbered}) as x where x.nth <= ${param(most, 'int8')}`
}

/** The events of a step: whose, when, and the property that all steps share. */
function moments(step: Step, by: string | undefined, { source, now }: CompileContext, of?: Sql): Sql {
  const { person, at, id, name, property, from, where } = streamOf(step, { source, now, property: by, of })
  const more = [
    ...(name ? [sql`, ${name} as name`] : []),
    ...(property ? [sql`, ${property.value} as key`] : []),
  ]
  return sql`select ${person} as person, ${at.value} as ms, (${id} collate "C") as id${sql.join(more, sql``)} from ${from} as e where ${where}`
}
