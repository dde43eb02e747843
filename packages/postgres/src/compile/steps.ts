import { durationMs, type NodeOf } from '@segmentry/core'
import { sql } from 'kysely'
import { type Clock, nowMs } from '../read/clock.ts'
import { and, or, param, type Sql } from '../read/reading.ts'

type Sequence = NodeOf<'sequence'>

/**
 * The people of whose events, each with the number of its step, some make a sequence.
 *
 * Each step is one pass over the events in their order. Of the step before, only the latest event that is before an event is asked:
 * it is the nearest, and has the latest anchor. Where an earlier event had a later one, its way would cross the other's, and
 * could go on as the other does.
 */
export function completing(node: Sequence, events: Sql, now: Clock): Sql {
  const { steps, within } = node
  const last = steps.length - 1
  if (steps[last]!.never === true) return stayingAway(node, events, now)
  if (within === undefined) return sql`select x.person from (${reached(node, last, events)}) as x`
  const done = reached(node, last, sql`select x.*, x.ms as latest from (${events}) as x`, ['latest'])
  // Asked of the last step alone: those before it are earlier.
  return sql`select x.person from (${done}) as x where x.latest >= x.ms - ${length(within)}`
}

/** The anchor that an event carries: the latest or the earliest of those that lead to it. */
type Carried = 'latest' | 'earliest'

/**
 * Of the events of each step up to one, those that the steps before lead to.
 *
 * A pass takes away what it has looked at, but the anchors where the earliest is carried, and leaves the later steps as they are.
 */
function reached(node: Sequence, last: number, events: Sql, carried: readonly Carried[] = []): Sql {
  let from = events
  for (let k = 1; k <= last; k++) {
    const step = sql.lit(k)
    const { within } = node.steps[k]!
    const over = sql`filter (where x.step = ${sql.lit(k - 1)}) over`
    const start = within === undefined ? undefined : sql`x.ms - ${length(within)}`
    const since = start && sql`case when x.step = ${step} then ${start} else x.ms end`
    const found: Readonly<Record<Carried, Sql>> = {
      latest: sql`max(x.latest) ${over} before`,
      earliest: sql`min(x.earliest) ${over} ${since ? notBefore(node, since) : sql`before`}`,
    }
    const passed = sql`select x.*, ${sql.join([
      sql`max(x.ms) ${over} before as nearest`,
      ...carried.map((one) => sql`${found[one]} as ${sql.id(`its_${one}`)}`),
    ])} from (${from}) as x window before as (${strictly(node, 'before')})`
    const kept = or(
      sql`x.step > ${step}`,
      and(sql`x.step = ${step}`, start ? sql`x.nearest >= ${start}` : sql`x.nearest is not null`),
      ...(carried.includes('earliest') ? [sql`x.step = 0`] : []),
    )
    const kinds = carried.map((one) => sql`, ${sql.id('x', `its_${one}`)} as ${sql.id(one)}`)
    from = sql`select ${own(node)}${sql.join(kinds, sql``)} from (${passed}) as x where ${kept}`
  }
  return from
}

/**
 * The people of whose events some are followed by nothing of the last step until its window has closed (semantics 24).
 *
 * Where the window counts from the anchor too, it closes soonest with the earliest one that is not too early. Ways that cross can be
 * exchanged, so the anchors that lead to an event are all those, from the earliest to the latest of them, that lead to any
 * event of its step: what leads nowhere is taken away first.
 */
function stayingAway(node: Sequence, events: Sql, now: Clock): Sql {
  const { steps, within } = node
  const last = steps.length - 2
  const [step, never] = [sql.lit(last), sql.lit(last + 1)]
  const ends = steps[last + 1]!.within === undefined ? [] : [sql`x.ms + ${length(steps[last + 1]!.within!)}`]
  let from: Sql
  const inTime: Sql[] = []
  if (within === undefined || last === 0) {
    from = reached(node, last, events)
    if (within !== undefined) ends.push(sql`x.ms + ${length(within)}`)
  } else {
    const start = sql`x.ms - ${length(within)}`
    const leading = leadingOn(
      node,
      last,
      sql`select x.*, x.ms as latest, x.ms as earliest from (${events}) as x`,
    )
    const early = sql`case when x.step = ${step} then greatest(x.earliest, ${start}) else x.ms end`
    from = sql`select x.*, min(x.ms) filter (where x.step = 0) over ${notBefore(node, early)} as anchor from (${reached(node, last, leading, ['latest', 'earliest'])}) as x`
    inTime.push(sql`x.latest >= ${start}`)
    ends.push(sql`x.anchor + ${length(within)}`)
  }
  const closes = ends.length === 1 ? ends[0]! : sql`least(${sql.join(ends)})`
  const followed = sql`select x.*, ${closes} as closes, min(x.ms) filter (where x.step = ${never}) over (${strictly(node, 'after')}) as next from (${from}) as x`
  const away = sql`(x.next <= x.closes) is not true`
  return sql`select x.person from (${followed}) as x where ${and(sql`x.step = ${step}`, ...inTime, sql`x.closes <= ${nowMs(now)}`, away)}`
}

/** The events of the steps up to one that lead on to it, whatever leads to them. */
function leadingOn(node: Sequence, last: number, events: Sql): Sql {
  let from = events
  for (let k = last - 1; k >= 0; k--) {
    const { within } = node.steps[k + 1]!
    const followed = sql`select x.*, min(x.ms) filter (where x.step = ${sql.lit(k + 1)}) over (${strictly(node, 'after')}) as next from (${from}) as x`
    const leads = within === undefined ? sql`x.next is not null` : sql`x.next <= x.ms + ${length(within)}`
    from = sql`select ${own(node)}, x.latest, x.earliest from (${followed}) as x where ${or(sql`x.step <> ${sql.lit(k)}`, leads)}`
  }
  return from
}

/** The columns of an event by itself. */
const own = ({ by }: Sequence): Sql =>
  sql.join(
    ['person', 'ms', 'id', ...(by === undefined ? [] : ['key']), 'step'].map((name) => sql.id('x', name)),
  )

/** Events of one person, and of one value of what all steps share. */
const together = ({ by }: Sequence): Sql =>
  sql`partition by x.person${by === undefined ? sql`` : sql`, x.key`}`

/** The window of what is strictly before an event, or after it. */
const strictly = (node: Sequence, side: 'before' | 'after'): Sql => {
  const order = side === 'before' ? sql`x.ms, x.id` : sql`x.ms desc, x.id desc`
  return sql`${together(node)} order by ${order} groups between unbounded preceding and 1 preceding`
}

/** The window of what is not before an instant. */
const notBefore = (node: Sequence, instant: Sql): Sql => sql`(${together(node)} order by ${instant} desc)`

const length = (duration: string): Sql => param(durationMs(duration), 'int8')
