import type { Definition, ManualEntry } from '@segmentry/core'

/** What a segment says of itself. */
export interface TextChange {
  readonly of: 'title' | 'description' | 'owner'
  readonly before?: string
  readonly after?: string
}

/** Who was put in a list by hand, and who was taken off it. */
export interface ListChange {
  readonly list: 'included' | 'excluded'
  readonly added: readonly ManualEntry[]
  readonly removed: readonly ManualEntry[]
  /** People who stay, for another reason or by another author. */
  readonly changed: readonly ManualEntry[]
}

const texts = ['title', 'description', 'owner'] as const
const lists = ['included', 'excluded'] as const

type Told = Partial<Definition>

/** Which texts differ. */
export const textChanges = (one: Told, other: Told): readonly TextChange[] =>
  texts.flatMap((of) => {
    const [before, after] = [one[of], other[of]]
    if (before === after) return []
    return [{ of, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
  })

/** Which lists by hand differ. */
export const listChanges = (one: Told, other: Told): readonly ListChange[] =>
  lists.flatMap((list) => {
    const [before, after] = [byPerson(one[list]), byPerson(other[list])]
    const added = [...after.values()].filter(({ person }) => !before.has(person))
    const removed = [...before.values()].filter(({ person }) => !after.has(person))
    const changed = [...after.values()].filter((entry) => {
      const was = before.get(entry.person)
      return was !== undefined && (was.reason !== entry.reason || was.author !== entry.author)
    })
    return added.length + removed.length + changed.length === 0 ? [] : [{ list, added, removed, changed }]
  })

const byPerson = (entries: readonly ManualEntry[] = []): ReadonlyMap<string, ManualEntry> =>
  new Map(entries.map((entry) => [entry.person, entry]))
