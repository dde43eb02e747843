import { DefinitionError, type IssueCode } from '../errors.ts'
import { withPeople } from './fold.ts'
import { shown } from '../suggest.ts'
import { issue, type Path } from './issue.ts'
import { defaultLimits, type Limits } from './limits.ts'
import {
  type AccountPeople,
  type AnySegment,
  type Definition,
  kinds,
  type ManualEntry,
  type Node,
  type People,
} from './node.ts'
import { checkSegment } from './segment.ts'

/**
 * The rule by which a segment has members, whatever it was made by; every reader starts with it.
 *
 * Throws a `TypeError` for what is no segment, and a {@link DefinitionError} for one whose definition is none or larger
 * than the limits, before anything recurses into it.
 */
export function ruleOf(segment: AnySegment): Node {
  checkSegment(segment)
  checkDefinitionForm(segment.definition, [])
  const members = membersRule(segment.definition)
  checkSize(members)
  return members
}

function checkDefinitionForm(definition: unknown, path: Path): void {
  const { rule, included = [], excluded = [] } = isRecord(definition) ? definition : {}
  const isList = (raw: unknown): boolean => Array.isArray(raw) && raw.every(isRecord)
  if (isRecord(rule) && isList(included) && isList(excluded)) return
  const expected = 'a definition with a rule: what the builder makes, or decodeSegment reads'
  throw new DefinitionError({ issues: [issue('structure', path, shown(definition), expected)] })
}

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

/** The rule with the manual lists applied: manual exclude beats manual include beats rule. */
export function membersRule({ rule, included = [], excluded = [] }: Definition): Node {
  const ids = (entries: readonly ManualEntry[]): People => ({
    kind: 'people',
    ids: entries.map(({ person }) => person),
  })
  const widened: Node = included.length === 0 ? rule : { kind: 'any', of: [rule, ids(included)] }
  return excluded.length === 0 ? widened : { kind: 'all', of: [widened, { kind: 'not', of: ids(excluded) }] }
}

/**
 * A rule in which every other segment it refers to stands as its own rule.
 *
 * References are never read from stored membership, so they are as current as the rest. Throws a
 * {@link DefinitionError} when the whole would be larger than the limits: two references to one segment count
 * twice, and this is found out before anything is written down twice.
 */
export function expanded(node: Node, limits: SizeLimits = defaultLimits): Node {
  checkSize(node, limits)
  return replaced(node)
}

type SizeLimits = Pick<Limits, 'depth' | 'filters'>

/**
 * Throws a {@link DefinitionError} when a rule is larger than the limits, with the segments it refers to.
 *
 * A filter is one level, and so is a reference. It stops at the first filter or level too many, so that neither a circle
 * nor what doubles at each level keeps it for long.
 */
export function checkSize(
  node: Node,
  { depth, filters }: SizeLimits = defaultLimits,
  path: Path = ['rule'],
): void {
  let found = 0
  const visit = (one: Node, level: number): void => {
    if (level > depth) refuse('too-deep', `more than ${depth} levels`, `${depth} levels`, path)
    const parts = partsOf(one, path)
    for (const part of parts) visit(part, level + 1)
    // What is said of an account's people comes on top of the account itself.
    if (parts.length === 0 || one.kind === 'account') found += 1
    if (found > filters)
      refuse('too-many-filters', `more than ${filters} filters`, `${filters} filters`, path)
  }
  visit(node, 1)
}

/** What a node is made of; of a reference, the rule it stands for. */
function partsOf(node: Node, path: Path): readonly Node[] {
  switch (node?.kind) {
    case 'all':
    case 'any':
      if (Array.isArray(node.of)) return node.of
      break
    case 'not':
      return [node.of]
    case 'account': {
      const { people = [] } = node
      if (Array.isArray(people)) return people.map((one: AccountPeople | undefined) => one?.of as Node)
      break
    }
    case 'segment':
      if (typeof node.of === 'string') return []
      checkDefinitionForm(node.of, path)
      return [membersRule(node.of)]
    default:
      if (kinds.includes(node?.kind)) return []
  }
  const found = isRecord(node) ? `the kind ${shown(node.kind)}` : shown(node)
  throw new DefinitionError({ issues: [issue('structure', path, found, `a filter: ${kinds.join(', ')}`)] })
}

function refuse(code: IssueCode, found: string, most: string, path: Path): never {
  const expected = `at most ${most}, with the segments it refers to`
  const message = `a definition is too large: found ${found}, expected ${expected}`
  throw new DefinitionError({ issues: [{ code, path, message, found, expected }] })
}

function replaced(node: Node): Node {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const of = node.of.map(replaced)
      return of.every((child, i) => child === node.of[i]) ? node : { ...node, of }
    }
    case 'not': {
      const of = replaced(node.of)
      return of === node.of ? node : { ...node, of }
    }
    case 'account':
      return withPeople(node, replaced)
    case 'segment':
      return replaced(membersRule(definitionOf(node.of)))
    default:
      return node
  }
}

function definitionOf(of: Definition | string): Definition {
  if (typeof of !== 'string') return of
  const expected = 'a segment that is decoded together with it'
  throw new DefinitionError({
    issues: [issue('unknown-segment', ['rule'], `the segment '${of}', referred to by its key`, expected)],
  })
}
