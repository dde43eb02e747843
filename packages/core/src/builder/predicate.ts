import type { Literal, Predicate, PropertyTest, Statement } from '../predicate/predicate.ts'
import { shown } from '../suggest.ts'
import { made, misuse, refuses } from './made.ts'

/** A filter written as a value means exactly this value; one written as a function asks for an item of a list. */
export const toPredicate = (test: unknown): Predicate =>
  typeof test === 'function'
    ? itemTest(test as (item: ItemDraft) => ItemDraft)
    : isTest(test)
      ? test
      : { op: 'is', value: (test instanceof Date ? dateText(test) : test) as Literal }

const isTest = (test: unknown): test is Predicate => typeof test === 'object' && test !== null && 'op' in test

function itemTest(build: (item: ItemDraft) => ItemDraft): Predicate {
  const draft = new ItemDraft()
  const asked = build(draft)
  // The functions of tests have names, and those written in place have none.
  if (isTest(asked) && build.name !== '') throw misuse(shown(build), `what it gives: ${build.name}(…)`)
  return made('an item', () => asked, draft).statement()
}

// What an invalid Date is gets reported where the type is known.
const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString())

/** The tests of one item of a list while they are being written. */
export class ItemDraft {
  readonly #where: readonly PropertyTest[]

  constructor(where: readonly PropertyTest[] = []) {
    this.#where = where
    Object.freeze(this)
  }

  where(property: string, test: unknown): ItemDraft {
    return new ItemDraft([...this.#where, { property, test: toPredicate(test) }])
  }

  statement(): Statement {
    return { op: 'item', where: this.#where }
  }
}

refuses(
  ItemDraft,
  ['field', 'event', 'tag'],
  'of an item',
  "tests of its parts: (item) => item.where('sku', 'A-1')",
)
