import {
  type AnySegment,
  atLeast,
  between,
  contains,
  greaterThan,
  isNot,
  oneOf,
  segmentry,
} from '@segmentry/core'
import { openEvaluator } from '@segmentry/postgres'
import { openReview } from '@segmentry/review'
import pg from 'pg'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import * as crm from './crm.ts'
import { ask } from './sql.ts'

// A plan of a change of a hundred segments, beside a count for each of them before and after.

/** What was measured of a plan. */
export interface PlanResult {
  readonly name: string
  readonly seconds: number
  /** How many times as long as the counts one by one. */
  readonly ratio: number
  readonly agreed: boolean
}

const { segment } = segmentry<crm.Crm>(crm.schema)

const names = ['opened', 'clicked', 'viewed', 'login', 'purchase', 'refund', 'invited', 'asked'] as const
const countries = ['US', 'CA', 'GB', 'DE', 'FR', 'NL', 'IN', 'BR'] as const
const tags = ['vip', 'newsletter', 'churned', 'internal'] as const

/** Segments as people have them, the `i`-th of a kind; `edit` makes another edition of it. */
const kinds: readonly ((i: number, edit: number) => AnySegment)[] = [
  (i, edit) => segment().group((g) => g.event(names[i % 8]!, (e) => e.within(`${7 + edit + 3 * i} days`))),
  (i, edit) =>
    segment().group((g) =>
      g.tag(tags[i % 4]!).event(names[i % 8]!, (e) => e.within(`${30 + i} days`).count(atLeast(2 + edit))),
    ),
  (i, edit) =>
    segment().group((g) =>
      g.event('purchase', (e) =>
        e.within(`${60 + 5 * i} days`).sum('amount', greaterThan(50 + 10 * i + edit)),
      ),
    ),
  (i, edit) =>
    segment().group((g) =>
      g
        .field('country', oneOf(countries[i % 8]!, countries[(i + 1 + edit) % 8]!))
        .event('opened', (e) => e.within(`${20 + i} days`))
        .not((n) => n.tag('churned')),
    ),
  (i, edit) =>
    segment()
      .group((g) => g.field('plan', 'pro').event('login', (e) => e.within(`${10 + i + edit} days`).never()))
      .group((g) => g.field('plan', 'team').field('city', contains(` ${i}`))),
  (i, edit) =>
    segment().group((g) =>
      g
        .event(names[(i + 3) % 8]!, (e) => e.within(`${90 + i} days`).count(between(1, 3 + edit)))
        .field('country', isNot('US', { missing: 'include' })),
    ),
]

/** So many segments in two editions. */
export function editions(count: number): Record<'before' | 'after', Record<string, AnySegment>> {
  const edition = (edit: number): Record<string, AnySegment> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `segment_${n}`,
        kinds[n % kinds.length]!(Math.floor(n / kinds.length), edit),
      ]),
    )
  return { before: edition(0), after: edition(1) }
}

/** Measures on a database of its own. */
export async function measurePlan(
  databaseUrl: string,
  size: crm.Size & { readonly segments: number },
): Promise<readonly PlanResult[]> {
  const filling = new pg.Client({ connectionString: databaseUrl })
  await filling.connect()
  for (const statement of crm.seed(size)) await ask(filling, compiled(statement))
  await filling.end()
  const pool = new pg.Pool({ connectionString: databaseUrl })
  pool.on('error', () => undefined)
  const settings = { statementTimeout: '10 minutes' } as const
  const evaluator = await openEvaluator(crm.source, { pool }, settings)
  const review = await openReview(crm.source, { pool }, settings)
  const now = new Date(crm.clock)
  const { before, after } = editions(size.segments)
  try {
    const counted: number[] = []
    const oneByOne = await seconds(async () => {
      for (const segments of [before, after]) {
        for (const one of Object.values(segments)) counted.push(await evaluator.count(one, { now }))
      }
    })
    let found: readonly (number | undefined)[] = []
    const planned = await seconds(async () => {
      const { changes } = await review.plan(
        { segments: before },
        { segments: after },
        { now, budget: '10 minutes' },
      )
      const byKey = new Map(changes.map((change) => [change.difference.key, change]))
      const sideOf = (side: 'before' | 'after') =>
        Object.keys(before).map((key) => byKey.get(key)?.[side]?.count)
      found = [...sideOf('before'), ...sideOf('after')]
    })
    let sample = 0
    const estimated = await seconds(async () => {
      const plan = await review.plan({ segments: before }, { segments: after }, { now, budget: '1 second' })
      sample = plan.sample ?? plan.people
    })
    const agreed = found.every((count, i) => count === counted[i])
    return [
      { name: `${2 * size.segments} counts, one by one`, seconds: oneByOne, ratio: 1, agreed: true },
      { name: `a plan of ${size.segments} changes`, seconds: planned, ratio: planned / oneByOne, agreed },
      {
        name: `an estimate, of ${sample} people`,
        seconds: estimated,
        ratio: estimated / oneByOne,
        agreed: true,
      },
    ]
  } finally {
    await review.close()
    await evaluator.close()
    await pool.end()
  }
}

const seconds = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await run()
  return (performance.now() - start) / 1_000
}
