import { checkTop } from '../definition/check-set.ts'
import type { Node } from '../definition/node.ts'
import type { AnySetSegment, EventRanking, Top } from '../definition/set.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { checkedRule, compileSegment } from './compile.ts'
import { layoutOf } from './layout.ts'
import { compareText } from './order.ts'
import type { PreparedPerson } from './prepare.ts'
import { type Average, compileTotal } from './total.ts'

/** A set segment in normal form: whose members are ranked, and which of them are taken. */
export interface CheckedSet {
  readonly rule: Node
  readonly top: Top
}

/** A set segment in normal form; throws a {@link DefinitionError} when it does not suit the schema. */
export const checkedSet = ({ whole, top }: AnySetSegment, schema: Schema): CheckedSet => ({
  rule: checkedRule({ definition: whole }, schema),
  top: checkedTop(top, schema),
})

/** Which members are taken, in normal form; throws a {@link DefinitionError} when it does not suit the schema. */
export function checkedTop(top: Top, schema: Schema): Top {
  const issues: Issue[] = []
  const checked = checkTop(top, schema, (issue) => issues.push(issue), ['top'])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return checked
}

/** A value that orders people: whole numbers and units as numbers, or bigints beyond, and text whose order is that of its units. */
type Rank = number | bigint | string

/** A member of the whole, and the value they are ranked by. */
export interface Ranked {
  readonly id: string
  readonly rank: Rank
}

/** A compiled set segment. */
export interface CompiledSet {
  /** A person's value, when they are a member of the whole and have one. */
  readonly ranked: (person: PreparedPerson, now: number) => Ranked | undefined
  /** The ids of those who are taken, in the order of their code points. */
  readonly taken: (everybody: readonly Ranked[]) => readonly string[]
}

/** Compiles the top of a segment: first each person by themselves, then all of them together. */
export function compileSet(set: AnySetSegment, schema: Schema): CompiledSet {
  const isMember = compileSegment({ definition: set.whole }, schema)
  const { count, order, by } = checkedTop(set.top, schema)
  const rankOf = by.kind === 'field' ? fieldRank(by.field, schema) : eventRank(by, schema)
  const sign = order === 'most' ? 1 : -1
  // A sum may be a bigint where another is a number, and 5n is not 5, but neither is it less or more.
  const before = (a: Ranked, b: Ranked): number =>
    a.rank < b.rank ? sign : a.rank > b.rank ? -sign : compareText(a.id, b.id)
  return {
    ranked(person, now) {
      if (!isMember(person, now)) return undefined
      const rank = rankOf(person, now)
      return rank === undefined ? undefined : { id: person.id, rank }
    },
    taken: (everybody) =>
      everybody
        .toSorted(before)
        .slice(0, count)
        .map(({ id }) => id)
        .toSorted(compareText),
  }
}

type RankOf = (person: PreparedPerson, now: number) => Rank | undefined

function fieldRank(field: string, schema: Schema): RankOf {
  const slot = layoutOf(schema).fields.byName.get(field)!
  return ({ values }) => values[slot] as Rank | undefined
}

function eventRank(by: EventRanking, schema: Schema): RankOf {
  const total = compileTotal(by, schema)
  if (by.measure.of !== 'average') return (person, now) => total(person, now) as Rank | undefined
  return (person, now) => {
    const found = total(person, now) as Average | undefined
    return found && (BigInt(found.sum) * averageDigits) / BigInt(found.count)
  }
}

/**
 * What an average is multiplied by before it is cut to a whole number: two averages of fewer than a billion values each
 * that differ, differ by more than the two units that cutting may take away.
 */
const averageDigits = 10n ** 20n
