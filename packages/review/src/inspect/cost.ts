import type { Indexes } from '@segmentry/postgres/effect'
import { type Finding, found } from '../finding/finding.ts'

/** A segment stands out where it costs so many times what the one in the middle does, and enough to be felt. */
const manyTimes = 10
const leastCost = 5_000
/** Of fewer segments there is no rest to stand out from. */
const leastSegments = 4

const rounded = (cost: number): string => Math.round(cost).toLocaleString('en-US')

/** The segments that cost far more than the rest, by the planner's estimates. */
export function costFindings(costs: Readonly<Record<string, number>>): readonly Finding[] {
  const sorted = Object.values(costs).toSorted((a, b) => a - b)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  if (sorted.length < leastSegments) return []
  return Object.entries(costs)
    .filter(([, cost]) => cost >= leastCost && cost > manyTimes * middle)
    .map(([key, cost]) => {
      const times =
        middle < 1
          ? ''
          : `, ${Math.round(cost / middle).toLocaleString('en-US')} times that of the segment in the middle`
      const message = `Counting '${key}' is estimated to cost ${rounded(cost)}${times}`
      return found('cost/high', { on: 'segment', key, path: [], message })
    })
}

/** The indexes that segments lack. */
export const indexFindings = ({ missing, untried }: Indexes): readonly Finding[] => [
  ...missing.map(({ table, ddl, analyze, segments, left }) => {
    const whose = segments.map((key) => `'${key}'`).join(', ')
    const message = `All of ${table} is read for ${whose}: with an index, tried on a sample, finding the rows is estimated at ${percent(left)} of what it costs now`
    const remedy = `${ddl};${analyze ? `\nanalyze ${ddl.slice('create index concurrently on '.length).split(' ')[0]};` : ''}`
    return found('cost/index', { on: 'table', key: table, path: [], message, related: segments, remedy })
  }),
  ...(untried === undefined
    ? []
    : [
        found('cost/untried', {
          on: 'table',
          key: 'pg_temp',
          path: [],
          message: `Whether an index is missing could not be tried, as it takes a temporary table: ${untried}`,
          remedy: 'Allow TEMPORARY on the database, or ask one that is no replica.',
        }),
      ]),
]

const percent = (share: number): string => `${share < 0.01 ? 'less than 1' : Math.round(share * 100)} %`
