import {
  type Definition,
  hashRule,
  isSetSegment,
  type Node,
  nearest,
  ruleOf,
  transform,
  unknownName,
} from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import { issueOf, revisionError, type RevisionIssue } from './errors.ts'
import type { Uses } from './types.ts'

/** Something that uses a segment: what it is in words, where it is said, and the key. */
interface Use {
  readonly what: string
  readonly path: readonly (string | number)[]
  readonly key: string
}

/** Throws a `RevisionError` for uses of segments that go, or that there never were. */
export function checkUses(before: Segments, after: Segments, uses: Uses): void {
  const lost = usesOf(uses).filter(({ key }) => !Object.hasOwn(after, key))
  const known = Object.keys(after)
  const unknown = lost.filter(({ key }) => !Object.hasOwn(before, key))
  if (unknown.length > 0) {
    throw revisionError(
      'bad-request',
      undefined,
      unknown.map(({ what, path, key }): RevisionIssue => {
        const near = nearest(key, known)
        const told = `${what} uses a segment that there is not: ${unknownName('segment', key, near)}`
        return { ...issueOf(path, `the segment '${key}'`, 'one that there is', near), message: told }
      }),
    )
  }
  const gone = [...lost, ...writtenOut(before, after, uses)]
  if (gone.length === 0) return
  throw revisionError(
    'in-use',
    undefined,
    gone.map(({ what, path, key }) => ({
      ...issueOf(path, `a use of '${key}', which would be removed`, 'none'),
      message: `the segment '${key}' cannot be removed, as ${what} uses it`,
    })),
  )
}

/** What names segments by their keys. */
function usesOf({ splits = {}, flows = {}, others = {} }: Uses): readonly Use[] {
  return [
    ...Object.entries(splits).flatMap(([name, { branches }]) =>
      branches.flatMap((branch, i): readonly Use[] =>
        'when' in branch
          ? [{ what: `the split '${name}'`, path: ['splits', name, 'branches', i, 'when'], key: branch.when }]
          : [],
      ),
    ),
    ...Object.entries(flows).map(([name, { segment }]) => ({
      what: `the flow '${name}'`,
      path: ['flows', name, 'segment'],
      key: segment,
    })),
    ...Object.entries(others).flatMap(([key, whats]) =>
      whats.map((what) => ({ what, path: ['others', key], key })),
    ),
  ]
}

/** The segments and broadcasts that are still made of one that goes: it stands in them itself, and under no key any more. */
function writtenOut(before: Segments, after: Segments, { broadcasts = {} }: Uses): readonly Use[] {
  const hashes = (segments: Segments) =>
    Object.entries(segments).map(([key, segment]) => [hashRule(ruleOf(segment)), key] as const)
  const there = new Set(hashes(after).map(([hash]) => hash))
  const lost = Object.entries(before).filter(([key]) => !Object.hasOwn(after, key))
  const gone = new Map(hashes(Object.fromEntries(lost)).filter(([hash]) => !there.has(hash)))
  if (gone.size === 0) return []
  const named = new Set(Object.values(after).map(({ definition }) => definition))
  const keysIn = (definitions: readonly Definition[]): readonly string[] => [
    ...new Set(definitions.flatMap((definition) => gone.get(hashRule(ruleOf({ definition }))) ?? [])),
  ]
  return [
    ...Object.entries(after).flatMap(([key, { definition }]) =>
      keysIn(nameless(definition.rule, named)).map((of) => ({
        what: `the segment '${key}'`,
        path: ['segments', key],
        key: of,
      })),
    ),
    ...Object.entries(broadcasts).flatMap(([name, audience]) =>
      (['include', 'exclude'] as const).flatMap((part) =>
        Object.entries(audience[part] ?? {}).flatMap(([as, asked]) => {
          const definition = isSetSegment(asked) ? asked.whole : asked.definition
          return keysIn([definition, ...nameless(definition.rule, named)]).map((of) => ({
            what: `the broadcast '${name}'`,
            path: ['broadcasts', name, part, as],
            key: of,
          }))
        }),
      ),
    ),
  ]
}

/** The definitions that a rule is made of and that stand under no key. */
function nameless(rule: Node, named: ReadonlySet<Definition>): readonly Definition[] {
  const found: Definition[] = []
  transform(rule, (node) => {
    if (node.kind === 'segment' && typeof node.of !== 'string' && !named.has(node.of)) {
      found.push(node.of, ...nameless(node.of.rule, named))
    }
    return node
  })
  return found
}
