import { type RawBuilder, sql } from 'kysely'
import type { Node } from '@segmentry/core'
import { canonical, fold, leaves } from '@segmentry/core'
import type { Mode } from '../compile/events.ts'
import type { Asked } from '../compile/top.ts'

/** Whether the two modes compile what is asked differently: only what is counted has two forms worth choosing between. */
export const modesDiffer = ({ rule, top }: Asked): boolean => top?.by.kind === 'event' || rulesDiffer(rule)

const rulesDiffer = (rule: Node): boolean =>
  fold<boolean>(canonical(rule), {
    ...leaves(() => false),
    more: () => true,
    sequence: () => true,
    account: ({ people }) => people !== undefined,
    event: ({ measure }) =>
      measure.of !== 'count' || measure.test.op !== 'atLeast' || measure.test.value !== 1,
    not: (of) => of,
    all: (of) => of.includes(true),
    // Alternatives are united in one mode and tested one by one in the other.
    any: (of, node) =>
      of.includes(true) || node.of.some((child) => child.kind === 'event' || child.kind === 'not'),
  })

/** A query that answers with the plan of another, without running it. */
export const planOf = (query: RawBuilder<unknown>): RawBuilder<{ plan: string }> =>
  sql<{ plan: string }>`explain (format json) ${query}`

/** One step of a plan, as Postgres tells it. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** The plan in an answer to {@link planOf}. */
export function readPlan(row: object | undefined): PlanNode {
  const [plan] = Object.values(row ?? {}) as readonly unknown[]
  const parsed = (typeof plan === 'string' ? JSON.parse(plan) : plan) as readonly {
    readonly Plan: PlanNode
  }[]
  return parsed[0]!.Plan
}

/** The planner's estimate of a plan's total cost. */
export const costOf = (row: object | undefined): number => readPlan(row)['Total Cost']

/** The cheaper mode of two estimates. */
export const cheaper = (set: number, point: number): Mode => (point < set ? 'point' : 'set')
