import { canonical, type Countable, fold, isSetSegment, leaves, ruleOf } from '@segmentry/core'
import type { Columns, Expression } from './expression.ts'
import type { Questions } from './questions.ts'

/** What is asked of everybody in one statement, and the segments that it needs. */
export interface Look<out T> {
  readonly items: readonly T[]
  readonly segments: readonly Countable[]
  readonly columns: Columns
}

/** A row of Postgres has 1,664 columns at most; each filter may be one, and so may each segment. */
const mostColumns = 1_000

/** Parts what is asked into as few looks at everybody as Postgres can take. */
export function looksOf<T>(
  items: readonly T[],
  expressionOf: (item: T) => Expression,
  { segments }: Questions,
): readonly Look<T>[] {
  const looks: Look<T>[] = []
  let taken: T[] = []
  let flags = new Map<number, number>()
  let columns = 0
  const close = (): void => {
    if (taken.length === 0) return
    const places = flags
    looks.push({
      items: taken,
      segments: [...flags.keys()].map((flag) => segments[flag]!),
      columns: { flag: (flag) => places.get(flag)! },
    })
    taken = []
    flags = new Map()
    columns = 0
  }
  for (const item of items) {
    const needed = flagsIn(expressionOf(item))
    const isNew = (flag: number): boolean => !flags.has(flag)
    const more = [...needed].filter(isNew).reduce((sum, flag) => sum + columnsOf(segments[flag]!), 0)
    if (columns + more > mostColumns) close()
    for (const flag of needed) {
      if (!isNew(flag)) continue
      flags.set(flag, flags.size)
      columns += columnsOf(segments[flag]!)
    }
    taken.push(item)
  }
  close()
  return looks
}

const known = new WeakMap<Countable, number>()

/** A column for the segment, and one for each filter that it is made of. */
function columnsOf(segment: Countable): number {
  const found = known.get(segment) ?? 1 + (isSetSegment(segment) ? 1 : filtersIn(segment))
  known.set(segment, found)
  return found
}

const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0)

const filtersIn = (segment: Parameters<typeof ruleOf>[0]): number =>
  fold<number>(canonical(ruleOf(segment)), {
    ...leaves(() => 1),
    account: () => 1,
    not: (of) => of,
    all: sum,
    any: sum,
  })

function flagsIn(expression: Expression, into = new Set<number>()): ReadonlySet<number> {
  switch (expression.is) {
    case 'flag':
      into.add(expression.flag)
      break
    case 'draw':
      break
    case 'not':
      flagsIn(expression.of, into)
      break
    default:
      for (const one of expression.of) flagsIn(one, into)
  }
  return into
}
