import { durationMs, eventNames, type NodeOf, type Step } from '@segmentry/core'
import { sql } from 'kysely'
import { and, param, type Sql } from '../read/reading.ts'
import type { CompileContext } from './rule.ts'
import { streamOf } from './stream.ts'

/**
 * That a person's events follow each other, or with `negated` that they do not.
 *
 * Each step is a sub-select that looks for an event after the one outside it, as an existence test: whether an earlier or a
 * later event of a step lets the next ones follow is for the database to find. SET starts from the events of the first
 * step, POINT from the person's own.
 */
export function sequenceSql(node: NodeOf<'sequence'>, context: CompileContext, negated: boolean): Sql {
  const { id } = context.source.people
  const mine = context.mode === 'point' ? id : undefined
  const start = anchors(node, context, mine)
  const rest = later(node, 1, context)
  if (mine) {
    const exists = sql`exists (select from ${start} where ${rest})`
    return negated ? sql`not ${exists}` : exists
  }
  const people = sql`select s0.person from ${start} where ${rest}`
  return negated
    ? sql`not exists (select from (${people}) as done where done.person = ${id})`
    : sql`${id} in (${people})`
}

/** The events that a sequence may start from, as the relation `s0`. */
function anchors(node: NodeOf<'sequence'>, context: CompileContext, person?: Sql): Sql {
  const { anchor, anchors: most = 1, steps, by } = node
  const events = moments(steps[0]!, by, context, person)
  if (anchor === 'any') return sql`(${events}) as s0`
  const order = anchor === 'first' ? sql`asc` : sql`desc`
  const name = eventNames(steps[0]!.event).length === 1 ? sql`` : sql`, x.name ${order}`
  const along = sql`x.ms ${order}, x.id ${order}${name}`
  if (most === 1) {
    return sql`(select distinct on (x.person) x.* from (${events}) as x order by x.person, ${along}) as s0`
  }
  const numbered = sql`select x.*, row_number() over (partition by x.person order by ${along}) as nth from (${events}) as x`
  return sql`(select x.* from (${numbered}) as x where x.nth <= ${param(most, 'int8')}) as s0`
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

/** That the steps from one on follow the step before it, which is the relation `s` with its number. */
function later(node: NodeOf<'sequence'>, position: number, context: CompileContext): Sql {
  const step = node.steps[position]
  if (step === undefined) return sql`true`
  const before = sql.id(`s${position - 1}`)
  const here = sql.id(`s${position}`)
  const events = moments(step, node.by, context, sql`${before}.person`)
  const limits = [
    ...(step.within === undefined ? [] : [sql`${before}.ms + ${length(step.within)}`]),
    ...(node.within === undefined ? [] : [sql`s0.ms + ${length(node.within)}`]),
  ]
  const follows = and(
    sql`(${here}.ms, ${here}.id) > (${before}.ms, ${before}.id)`,
    ...limits.map((limit) => sql`${here}.ms <= ${limit}`),
    ...(node.by === undefined ? [] : [sql`${here}.key = s0.key`]),
  )
  if (step.never !== true) {
    return sql`exists (select from (${events}) as ${here} where ${and(follows, later(node, position + 1, context))})`
  }
  // Known to be so once the window has closed (semantics 24); without a key there is nothing to stay away.
  const closed = limits.map((limit) => sql`${limit} <= ${param(context.now, 'int8')}`)
  const ends =
    closed.length === 1 ? closed[0]! : sql`least(${sql.join(limits)}) <= ${param(context.now, 'int8')}`
  const keyed = node.by === undefined ? [] : [sql`s0.key is not null`]
  return and(ends, ...keyed, sql`not exists (select from (${events}) as ${here} where ${follows})`)
}

const length = (duration: string): Sql => param(durationMs(duration), 'int8')
