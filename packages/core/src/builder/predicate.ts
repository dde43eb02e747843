import type { Literal, Predicate, PropertyTest, Statement } from '../predicate/predicate.ts'
import { made, refuses } from './made.ts'

/** A filter written as a value means exactly this value; one written as a function asks for an item of a list. */
export const toPredicate = (test: unknown): Predicate =>
  typeof test === 'function'
    ? made('an item', test as (item: ItemDraft) => ItemDraft, new ItemDraft()).statement()
    : typeof test === 'object' && test !== null && 'op' in test
      ? (test as Predicate)
      : { op: 'is', value: (test instanceof Date ? dateText(test) : test) as Literal }

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
