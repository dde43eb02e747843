import { createHash } from 'node:crypto'
import {
  type Countable,
  hashRule,
  hashSetSegment,
  isSetSegment,
  membersRule,
  stableText,
} from '@segmentry/core'
import { type BroadcastIssue, issueOf } from '../errors.ts'
import type { Audience, Broadcast } from './types.ts'

/** All that decides who is sent what and when, as it is kept: segments are there by their hashes. */
export interface Decisive {
  readonly include: Hashes
  readonly exclude: Hashes
  readonly [setting: string]: unknown
}

/** Segments by name, in their order: of two that somebody is excluded by, the first is told. */
type Hashes = readonly (readonly [name: string, hash: string])[]

/** What a broadcast of these settings decides; what it says may still be corrected. */
export function decisiveOf(settings: { readonly audience: Audience }): Decisive {
  const {
    audience,
    key: _key,
    message: _message,
    schema: _schema,
    version: _version,
    ...rest
  } = settings as Broadcast
  const hashes = (segments: Readonly<Record<string, Countable>> | null | undefined): Hashes =>
    Object.entries(segments ?? {}).map(([name, segment]) => [name, hashOf(segment)])
  return { ...rest, include: hashes(audience.include), exclude: hashes(audience.exclude) }
}

const hashOf = (segment: Countable): string =>
  isSetSegment(segment) ? hashSetSegment(segment) : hashRule(membersRule(segment.definition))

/** A hash of it. */
export const versionOf = (decisive: Decisive): string =>
  createHash('sha256').update(stableText(decisive)).digest('hex')

/** What differs between how a broadcast is written down now and how it was when its audience was fixed. */
export function differences(then: Decisive, now: Decisive): readonly BroadcastIssue[] {
  const settings = [...new Set([...Object.keys(then), ...Object.keys(now)])].toSorted()
  return settings.flatMap((setting) => {
    if (stableText(then[setting]) === stableText(now[setting])) return []
    if (setting === 'include' || setting === 'exclude') {
      return segmentDifferences(['audience', setting], then[setting], now[setting])
    }
    return [issueOf([setting], settingText(now[setting]), settingText(then[setting]))]
  })
}

const settingText = (value: unknown): string => (value === undefined ? 'nothing' : stableText(value))

function segmentDifferences(path: readonly string[], then: Hashes, now: Hashes): readonly BroadcastIssue[] {
  const [before, after] = [new Map(then), new Map(now)]
  const issues = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const at = [...path, name]
    if (!before.has(name)) return [issueOf(at, 'a segment', 'none')]
    if (!after.has(name)) return [issueOf(at, 'no segment', 'one')]
    return before.get(name) === after.get(name)
      ? []
      : [issueOf(at, 'a segment that means something else', 'the one that it was')]
  })
  if (issues.length > 0) return issues
  return [issueOf(path, [...after.keys()].join(', '), `the order ${[...before.keys()].join(', ')}`)]
}
