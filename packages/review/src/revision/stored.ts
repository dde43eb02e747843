import { createHash } from 'node:crypto'
import {
  type AnySegment,
  type Definition,
  encodeSegments,
  type Issue,
  type IssueCode,
  reviewSegments,
  type Schema,
  stableText,
  transform,
} from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import { issueOf, revisionError } from './errors.ts'

// Segments as they are stored, and what is stored as segments.

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A hash of everything that definitions are checked against. */
export const fieldsHash = ({ declared }: Schema): string => hashOf(stableText(declared))

/** A definition as it is stored. */
export interface StoredDefinition {
  readonly key: string
  readonly hash: string
  readonly text: string
}

/** Segments as they are stored: others are named in them by their keys. */
export const storedOf = (segments: Segments): readonly StoredDefinition[] =>
  Object.entries(encodeSegments(segments))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, definition]) => {
      const text = stableText(definition)
      return { key, hash: hashOf(text), text }
    })

/** A hash of a whole set. */
export const setHash = (stored: readonly StoredDefinition[]): string =>
  hashOf(stableText(stored.map(({ key, hash }) => [key, hash])))

/** Stored segments: all of them, and what is wrong with those that do not suit the schema. */
export interface ReadSegments {
  readonly segments: Segments
  readonly unsuitable: Readonly<Record<string, readonly Issue[]>>
}

/** What is wrong with data whatever the schema: none of it is ever stored. */
const ofShape: ReadonlySet<IssueCode> = new Set([
  'not-json',
  'too-large',
  'too-deep',
  'too-many-filters',
  'too-many-values',
  'structure',
  'unknown-key',
  'unknown-segment',
  'cycle',
])

/**
 * Reads what is stored for a revision; throws a `RevisionError` where it is not what was stored.
 *
 * The hashes tell what was edited or lost; what was forged with its hashes is still read as untrusted data.
 */
export function readStored(
  revision: number,
  hash: string,
  stored: readonly StoredDefinition[],
  schema: Schema,
): ReadSegments {
  const broken = (path: readonly string[], found: string, expected: string) =>
    revisionError('broken', revision, [issueOf(path, found, expected)])
  const odd = stored.find((one) => hashOf(one.text) !== one.hash)
  if (odd !== undefined) {
    throw broken([odd.key], 'a definition that was edited', `one with the hash ${odd.hash.slice(0, 12)}`)
  }
  const sorted = stored.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  if (setHash(sorted) !== hash) throw broken([], 'other segments', 'those that were applied')
  const { sound, broken: issues } = reviewSegments(
    Object.fromEntries(stored.map(({ key, text }) => [key, text])),
    schema,
  )
  const unsuitable = issues as Readonly<Record<string, readonly Issue[]>>
  const wrong = Object.entries(unsuitable).flatMap(([key, list]) =>
    list.filter(({ code }) => ofShape.has(code)).map((one) => ({ ...one, path: [key, ...one.path] })),
  )
  if (wrong.length > 0) throw revisionError('broken', revision, wrong)
  return { segments: linked(sorted, sound as Segments), unsuitable }
}

/** All segments: those that are read as they are, and the others with what they refer to in its place. */
function linked(stored: readonly StoredDefinition[], sound: Segments): Segments {
  const texts = new Map(stored.map(({ key, text }) => [key, text]))
  const done = new Map<string, AnySegment>()
  // Circles and depths were looked for before.
  const segmentOf = (key: string): AnySegment => {
    const segment =
      done.get(key) ??
      (Object.hasOwn(sound, key)
        ? sound[key]!
        : { definition: written(JSON.parse(texts.get(key)!) as Definition) })
    done.set(key, segment)
    return segment
  }
  const written = (definition: Definition): Definition => ({
    ...definition,
    rule: transform(definition.rule, (node) =>
      node.kind === 'segment'
        ? { ...node, of: typeof node.of === 'string' ? segmentOf(node.of).definition : written(node.of) }
        : node,
    ),
  })
  return Object.fromEntries(stored.map(({ key }) => [key, segmentOf(key)]))
}
