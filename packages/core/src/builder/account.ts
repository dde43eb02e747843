import type { AccountFilter, AccountPeople, Node } from '../definition/node.ts'
import { toPredicate } from './predicate.ts'

/** Builds a group of filters about one of the account's people. */
type BuildGroup<G> = (build: (group: G) => G) => Node

/** A condition on an account while it is being written. */
export class AccountDraft<G> {
  readonly #node: AccountFilter
  readonly #group: BuildGroup<G>

  constructor(node: AccountFilter, group: BuildGroup<G>) {
    this.#node = node
    this.#group = group
    Object.freeze(this)
  }

  node(): Node {
    return this.#node
  }

  field(field: string, test: unknown): AccountDraft<G> {
    const where = [...(this.#node.where ?? []), { field, test: toPredicate(test) }]
    return new AccountDraft({ ...this.#node, where }, this.#group)
  }

  anyPerson(build: (group: G) => G): AccountDraft<G> {
    return this.#people('any', build)
  }

  allPeople(build: (group: G) => G): AccountDraft<G> {
    return this.#people('all', build)
  }

  noPerson(build: (group: G) => G): AccountDraft<G> {
    return this.#people('none', build)
  }

  #people(are: AccountPeople['are'], build: (group: G) => G): AccountDraft<G> {
    const people = [...(this.#node.people ?? []), { are, of: this.#group(build) }]
    return new AccountDraft({ ...this.#node, people }, this.#group)
  }
}
