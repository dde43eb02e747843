import { describeNode, implies, isImpossible, type Node, type Schema } from '@segmentry/core'
import type { Finding, FindingCode } from './finding.ts'

// What is proven of the parts of one rule. A part matters only for people of whom what stands around it holds: they are its context.

type Path = Finding['path']

/** Something that is proven of a part of a rule, which could go. */
export interface Part {
  readonly code: FindingCode
  readonly path: Path
  readonly message: string
}

/** Where in a segment a part stands, which decides what it is called. */
type Area = 'groups' | 'exclusion' | 'group'

/** Rules with more parts in one place are not looked at pair by pair. */
const many = 60

/** What is proven of the parts of a checked rule that some people match and others do not. */
export function partsOf(rule: Node, schema: Schema): readonly Part[] {
  const parts: Part[] = []
  const say = (node: Node): string => shortened(describeNode(node, schema))
  const isNobody = (...of: readonly Node[]): boolean => isImpossible({ kind: 'all', of }, schema)
  const isAlways = (node: Node): boolean => isImpossible({ kind: 'not', of: node }, schema)

  const look = (node: Node, path: Path, context: readonly Node[], area: Area): void => {
    if (node.kind === 'not') look(node.of, [...path, 'of'], context, area === 'groups' ? 'group' : area)
    else if (node.kind === 'all') lookAtAll(node.of, [...path, 'of'], context, area)
    else if (node.kind === 'any') lookAtAny(node.of, [...path, 'of'], context, area)
  }

  const lookAtAll = (filters: readonly Node[], path: Path, context: readonly Node[], area: Area): void => {
    const isWhole = path.length === 2
    const exclusion = isWhole ? exclusionOf(filters) : undefined
    let kept = filters.map((_, i) => i)
    // From the last on, so that of two that say the same the first stays.
    for (const i of kept.toReversed()) {
      const filter = filters[i]!
      if (exclusion !== undefined && i !== exclusion) continue
      const others = kept.filter((other) => other !== i).map((other) => filters[other]!)
      if (others.length === 0 || !implies({ kind: 'all', of: [...context, ...others] }, filter, schema))
        continue
      kept = kept.filter((other) => other !== i)
      parts.push({ path: [...path, i], ...impliedFilter(filter, others, context, i === exclusion) })
    }
    for (const i of kept) {
      const others = kept.filter((other) => other !== i).map((other) => filters[other]!)
      look(filters[i]!, [...path, i], [...context, ...others], areaOf(i, exclusion, area))
    }
  }

  const impliedFilter = (
    filter: Node,
    others: readonly Node[],
    context: readonly Node[],
    isExclusion: boolean,
  ): Omit<Part, 'path'> => {
    if (isExclusion) {
      const excluded = filter.kind === 'not' ? filter.of : filter
      const message = `The exclusion takes no one away, as no one in the groups matches it: ${say(excluded)}`
      return { code: 'redundant/exclusion', message }
    }
    if (isAlways(filter))
      return { code: 'always/filter', message: `This holds of everybody and says nothing: ${say(filter)}` }
    const by = [...others, ...context].find((other) => implies(other, filter, schema))
    const reason = by === undefined ? 'the filters beside it say it already' : `it follows from: ${say(by)}`
    return { code: 'redundant/filter', message: `This filter says nothing more: ${say(filter)}; ${reason}` }
  }

  const lookAtAny = (options: readonly Node[], path: Path, context: readonly Node[], area: Area): void => {
    let kept = options.map((_, i) => i)
    for (const i of kept.toReversed()) {
      const option = options[i]!
      if (!isNobody(...context, option)) continue
      kept = kept.filter((other) => other !== i)
      parts.push({ path: [...path, i], ...impossibleOption(option, i, context, area) })
    }
    for (const i of kept.toReversed()) {
      const option = options[i]!
      const others = kept.filter((other) => other !== i)
      if (others.length === 0) break
      const any: Node = { kind: 'any', of: others.map((other) => options[other]!) }
      if (!implies({ kind: 'all', of: [...context, option] }, any, schema)) continue
      kept = others
      parts.push({ path: [...path, i], ...containedOption(option, i, others, options, area) })
    }
    const inner = area === 'groups' ? 'group' : area
    for (const i of kept) look(options[i]!, [...path, i], context, inner)
  }

  const impossibleOption = (
    option: Node,
    i: number,
    context: readonly Node[],
    area: Area,
  ): Omit<Part, 'path'> => {
    if (area === 'exclusion') {
      const message = `This part of the exclusion takes no one away, as no one in the groups matches it: ${say(option)}`
      return { code: 'redundant/exclusion', message }
    }
    if (area === 'groups') {
      return { code: 'never/group', message: `No one can match group ${i + 1}: ${reasonOf(option, schema)}` }
    }
    const reason = isNobody(option)
      ? reasonOf(option, schema)
      : `it contradicts: ${context.map(say).join(', and ')}`
    return { code: 'never/filter', message: `No one can match this here: ${say(option)}; ${reason}` }
  }

  const containedOption = (
    option: Node,
    i: number,
    others: readonly number[],
    options: readonly Node[],
    area: Area,
  ): Omit<Part, 'path'> => {
    const single =
      others.length > many ? undefined : others.find((other) => implies(option, options[other]!, schema))
    const container = single === undefined ? undefined : say(options[single]!)
    if (area === 'groups') {
      const name = single === undefined ? 'the other groups' : `group ${single + 1}`
      const also = container === undefined ? '' : `, which is: ${container}`
      return {
        code: 'redundant/group',
        message: `Group ${i + 1} adds no one: whoever matches it (${say(option)}) matches ${name}${also}`,
      }
    }
    const code = area === 'exclusion' ? 'redundant/exclusion' : 'redundant/filter'
    const verb = area === 'exclusion' ? 'takes no one more away' : 'adds no one'
    const by = container === undefined ? 'the alternatives beside it' : container
    return { code, message: `This alternative ${verb}: ${say(option)}; whoever matches it matches ${by}` }
  }

  look(rule, ['rule'], [], 'groups')
  return parts
}

/** Which of two filters takes people away from the first: what the builder makes of groups and exclusions. */
function exclusionOf([union, last, ...more]: readonly Node[]): number | undefined {
  if (union === undefined || last?.kind !== 'not' || more.length > 0) return undefined
  return union.kind === 'everyone' || isJoined(union) || isJoined(last.of) ? 1 : undefined
}

const isJoined = ({ kind }: Node): boolean => kind === 'all' || kind === 'any'

const areaOf = (i: number, exclusion: number | undefined, area: Area): Area => {
  if (exclusion === undefined) return area === 'groups' ? 'group' : area
  return i === exclusion ? 'exclusion' : area
}

/** Why no one can match: the filters that contradict each other, no more than are needed. */
export function reasonOf(rule: Node, schema: Schema): string {
  const filters = conjuncts(rule)
  if (filters.length > many || !isImpossible({ kind: 'all', of: filters }, schema))
    return 'its filters contradict each other'
  let needed = filters
  for (const filter of filters) {
    const rest = needed.filter((other) => other !== filter)
    if (rest.length > 0 && isImpossible({ kind: 'all', of: rest }, schema)) needed = rest
  }
  const said = needed.map((filter) => shortened(describeNode(filter, schema)))
  return said.length === 1
    ? `nothing is ever so: ${said[0]}`
    : `these contradict each other: ${said.join(', and ')}`
}

const conjuncts = (rule: Node): readonly Node[] => (rule.kind === 'all' ? rule.of.flatMap(conjuncts) : [rule])

/** The most characters of a filter in a message. */
const longest = 200

/** Long lists of values are cut. */
export const shortened = (text: string): string => {
  const points = [...text]
  return points.length <= longest ? text : `${points.slice(0, longest - 1).join('')}…`
}
