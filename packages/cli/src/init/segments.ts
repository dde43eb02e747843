import { type AnySegment, decodeSegment, type Node, type Schema } from '@segmentry/core'
import type { Looked } from '@segmentry/postgres/effect'
import { weightOf } from './event-names.ts'
import type { Findings, FoundField } from './findings.ts'
import { camel, wordsOf } from './names.ts'

// First segments: a few that say something of the people who are there.

/** A segment that the files begin with. */
export interface FirstSegment {
  readonly key: string
  readonly segment: AnySegment
  /** How many people are in it, where that was counted. */
  readonly people?: number
  /** The operators that its code calls. */
  readonly calls: readonly string[]
}

/** Segments of one subject, the best first: the first that has some of the people, and not all, is taken. */
export interface Idea {
  readonly ways: readonly FirstSegment[]
}

/** How many segments the files begin with. */
export const mostSegments = 5

const days = [30, 90, 365] as const

/** What could be asked of what was found, what is most worth asking first. */
export function ideasOf(findings: Findings, schema: Schema, people: Looked | undefined): readonly Idea[] {
  const way = (words: readonly string[], rule: Node, calls: readonly string[] = []): FirstSegment => ({
    key: camel(words),
    segment: decodeSegment({ format: 1, rule }, schema),
    calls,
  })
  const events = findings.events
    .flatMap(({ events: some, rows }) => some.map(({ name, share }) => ({ name, rows: rows * share })))
    .toSorted((a, b) => weightOf(a.name) - weightOf(b.name) || b.rows - a.rows)
    .slice(0, 5)
  const happened = events.map(({ name }): Idea => ({
    ways: [
      ...days.map((n) => way([...wordsOf(name), 'in', String(n), 'days'], eventRule(name, n))),
      way([...wordsOf(name), 'ever'], eventRule(name)),
    ],
  }))
  const [first] = events
  const lapsed: readonly Idea[] = first
    ? [
        {
          ways: [90, 30].map((n) =>
            way([...wordsOf(first.name), 'not', 'in', String(n), 'days'], lapsedRule(first.name, n)),
          ),
        },
      ]
    : []
  const tags: readonly Idea[] = (findings.tags?.names ?? [])
    .slice(0, 3)
    .map((tag) => ({ ways: [way(['tagged', ...wordsOf(tag)], { kind: 'tag', tag })] }))
  const valued = findings.fields.flatMap(withParts).flatMap((field) => valueIdeas(field, people, way))
  const began = findings.fields
    .filter(
      ({ type, name }) =>
        type.kind === 'timestamp' &&
        /^(?:created|joined|registered|signed|inserted)/.test(wordsOf(name).join('')),
    )
    .slice(0, 1)
    .map(({ name }): Idea => ({
      ways: days.map((n) =>
        way([...wordsOf(name), 'in', String(n), 'days'], recentRule(name, n), ['inLast']),
      ),
    }))
  const [one, two, ...further] = happened
  const [value, ...values] = valued
  const [tag, ...more] = tags
  return [one, value, tag, ...lapsed, two, ...values, ...began, ...further, ...more].filter(
    (idea) => idea !== undefined,
  )
}

/** A field, and what is inside it. */
const withParts = (field: FoundField): readonly FoundField[] =>
  field.type.kind === 'object' && !field.isSensitive
    ? field.type.parts.map((part) => ({ ...part, name: `${field.name}.${part.name}` }))
    : [field]

type Way = (words: readonly string[], rule: Node, calls?: readonly string[]) => FirstSegment

/** A value of a field that some people have and others do not. */
function valueIdeas(
  { name, type, column, isSensitive }: FoundField,
  people: Looked | undefined,
  way: Way,
): readonly Idea[] {
  if (isSensitive) return []
  const is = (value: string | boolean): Node => ({ kind: 'field', field: name, test: { op: 'is', value } })
  if (type.kind === 'boolean')
    return [{ ways: [way(wordsOf(name), is(true)), way(['not', ...wordsOf(name)], is(false))] }]
  const shares = Object.entries(people?.values[column ?? name]?.shares ?? {})
  const known = type.kind === 'choice' ? type.values : []
  // Of what many share, as of a country; what each has of their own is no segment.
  const common = shares.filter(([value, share]) =>
    type.kind === 'choice' ? known.includes(value) : share >= 0.05 && value !== '',
  )
  if (type.kind !== 'choice' && (type.kind !== 'text' || common.length < 2)) return []
  const values = common.length > 0 ? common.map(([value]) => value) : known.slice(0, 1)
  // The second most frequent value says more than the one that most have.
  const order = [...values.slice(1, 3), ...values.slice(0, 1)]
  return [{ ways: order.map((value) => way([...wordsOf(name), ...wordsOf(value)], is(value))) }]
}

const atLeastOnce = { of: 'count', test: { op: 'atLeast', value: 1 } } as const
const lastDays = (n: number) =>
  ({ op: 'during', window: { over: 'clock', after: `-${n} days`, until: 'now' } }) as const

const eventRule = (event: string, n?: number): Node => ({
  kind: 'event',
  event,
  ...(n !== undefined && { at: [lastDays(n)] }),
  measure: atLeastOnce,
})

const lapsedRule = (event: string, n: number): Node => ({
  kind: 'all',
  of: [eventRule(event), { kind: 'not', of: eventRule(event, n) }],
})

const recentRule = (field: string, n: number): Node => ({ kind: 'field', field, test: lastDays(n) })

/** Everybody, where nothing else can be said of people. */
export const everyone = (schema: Schema): FirstSegment => ({
  key: 'everyone',
  segment: decodeSegment({ format: 1, rule: { kind: 'everyone' } }, schema),
  calls: [],
})

/** The segments that are taken: of each idea the first that has some people and not all, as far as people are there. */
export async function taken(
  ideas: readonly Idea[],
  count: (segment: AnySegment) => Promise<number | undefined>,
  everybody: number,
): Promise<readonly FirstSegment[]> {
  const found: FirstSegment[] = []
  const keys = new Set<string>()
  for (const { ways } of ideas) {
    if (found.length === mostSegments) break
    const one = everybody === 0 ? ways[0] : await someOf(ways, count, everybody)
    if (one === undefined) continue
    let { key } = one
    for (let n = 2; keys.has(key); n++) key = `${one.key}${n}`
    keys.add(key)
    found.push({ ...one, key })
  }
  return found
}

async function someOf(
  ways: readonly FirstSegment[],
  count: (segment: AnySegment) => Promise<number | undefined>,
  everybody: number,
): Promise<FirstSegment | undefined> {
  for (const way of ways) {
    const people = await count(way.segment)
    if (people !== undefined && people > 0 && people < everybody) return { ...way, people }
  }
  return undefined
}
