import { canonical, fold, leaves, type Node } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import type { Reading, Sql } from '../read/reading.ts'
import { partsOf } from './parts.ts'
import { type CompileContext, drawSql } from './rule.ts'
import { type Asked, relationOf } from './top.ts'

/** What a roll says of each person. */
export interface RollAsked {
  /** Whether they are in it: `segment_0`, `segment_1`, … */
  readonly segments: readonly Asked[]
  /** The value of a field, or NULL: `value_0`, … */
  readonly values: readonly string[]
  /** Whether a field has a value, which blank text is none of: `present_0`, … */
  readonly present: readonly string[]
  /** The stable number drawn with a salt, from 0 to 9,999: `draw_0`, … */
  readonly salts: readonly string[]
}

const mostFilters = 1_200

/** What is no condition on each person, or too large to be one. */
const isApart = ({ rule, top }: Asked): boolean => top !== undefined || filtersIn(rule) > mostFilters

const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0)

const filtersIn = (rule: Node): number =>
  fold<number>(canonical(rule), { ...leaves(() => 1), account: () => 1, not: (of) => of, all: sum, any: sum })

/** Whether there is a value, and one that says something: blank text does not. */
const isThere = (reading: Reading): Sql =>
  reading.type.kind === 'text'
    ? sql`(${reading.valid} and (${reading.test({ op: 'blank' }, 0)}) is not true) is true`
    : sql`${reading.valid} is true`

/**
 * A row for each person of the population: the id as text, and what was asked for.
 *
 * What several segments look at is worked out once. A top list, or a rule of more filters than a row should have columns, is a set that is joined.
 */
export function rollQuery(
  { segments, values, present, salts }: RollAsked,
  context: CompileContext,
): RawBuilder<unknown> {
  const { fields, people } = context.source
  const parts = partsOf(
    segments.flatMap((asked) => (isApart(asked) ? [] : [asked.rule])),
    context,
  )
  const alias = (i: number): string => `apart_${i}`
  const sets = segments.flatMap((asked, i) =>
    isApart(asked)
      ? [
          sql`left join (${relationOf(asked, context)}) as ${sql.id(alias(i))} on ${sql.id(alias(i), 'member')} = ${people.id}`,
        ]
      : [],
  )
  const columns: readonly Sql[] = [
    sql`${people.id}::text collate "C" as id`,
    ...parts.columns,
    ...segments.flatMap((asked, i) =>
      isApart(asked) ? [sql`${sql.id(alias(i), 'member')} is not null as ${sql.id(alias(i))}`] : [],
    ),
    ...values.map((name, i) => sql`${fields.get(name)!.value} as ${sql.id(`value_${i}`)}`),
    ...present.map((name, i) => sql`${isThere(fields.get(name)!)} as ${sql.id(`present_${i}`)}`),
    ...salts.map((salt, i) => sql`${drawSql(salt, people.id)} as ${sql.id(`draw_${i}`)}`),
  ]
  // The fence keeps a part from being worked out again wherever it is used.
  const worked = sql`select ${sql.join(columns)} from ${parts.people} ${sql.join([...parts.joins, ...sets], sql` `)} offset 0`
  const held = segments.map(
    (asked, i) =>
      sql`${isApart(asked) ? sql.id('worked', alias(i)) : parts.holds(asked.rule)} as ${sql.id(`segment_${i}`)}`,
  )
  const kept = (name: string, list: readonly unknown[]): readonly Sql[] =>
    list.map((_, i) => sql.id('worked', `${name}_${i}`))
  const given = [
    sql.id('worked', 'id'),
    ...held,
    ...kept('value', values),
    ...kept('present', present),
    ...kept('draw', salts),
  ]
  return sql`select ${sql.join(given)} from (${worked}) as worked`
}
