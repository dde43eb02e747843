import { dependencies } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import type { FindingSubject } from '../finding/finding.ts'

/** The keys of the segments that look at a field, a tag, an event or a grouping of accounts. */
export type Readers = (on: FindingSubject, name: string) => readonly string[]

/** Who looks at what, of all segments. */
export function readersOf(segments: Segments): Readers {
  const byName = new Map<string, string[]>()
  for (const [key, segment] of Object.entries(segments)) {
    const { fields, tags, events, accounts } = dependencies(segment)
    const names = [
      ...fields.map((name) => `field ${name}`),
      ...tags.map((name) => `tag ${name}`),
      ...events.map((name) => `event ${name}`),
      ...accounts.map(({ account }) => `account ${account}`),
    ]
    for (const name of new Set(names)) byName.set(name, [...(byName.get(name) ?? []), key])
  }
  return (on, name) => byName.get(`${on} ${name}`) ?? []
}
