/** Some of many people, drawn at random, and the same ones whenever the same are there. */
export class Drawn {
  readonly #size: number
  readonly #kept: { readonly id: string; readonly order: number }[] = []

  constructor(size: number) {
    this.#size = size
  }

  offer(id: string): void {
    const kept = this.#kept
    const order = scattered(id)
    const last = kept.at(-1)
    if (kept.length === this.#size) {
      if (last === undefined || !isBefore({ id, order }, last)) return
      kept.pop()
    }
    const place = kept.findIndex((one) => isBefore({ id, order }, one))
    kept.splice(place < 0 ? kept.length : place, 0, { id, order })
  }

  get ids(): readonly string[] {
    return this.#kept.map(({ id }) => id)
  }
}

interface Ordered {
  readonly id: string
  readonly order: number
}

const isBefore = (one: Ordered, other: Ordered): boolean =>
  one.order === other.order ? one.id < other.id : one.order < other.order

/** A number that says nothing of who it is: FNV-1a of the UTF-16 code units, and what MurmurHash3 ends with. */
function scattered(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
