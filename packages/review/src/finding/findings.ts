import { checkedRule, format, isImpossible, type Node, references, type Schema } from '@segmentry/core'
import { analyzeSplit, type SplitPlan } from '@segmentry/flow'
import type { Segments } from '../change/segments.ts'
import { type Finding, found } from './finding.ts'
import { fixed } from './fix.ts'
import { type Known, pairsOf } from './pairs.ts'
import { reached } from './reach.ts'
import { partsOf, reasonOf } from './rule.ts'

/** What else is looked at. */
export interface FindingsOptions {
  /** Plans of splits over these segments, by names of their own. */
  readonly splits?: Readonly<Record<string, SplitPlan>>
}

/**
 * What is proven of segments without looking at people: groups that no one can ever match, filters that say nothing, segments that
 * are the same.
 *
 * Use it to review segments as a linter reviews code. Whatever is found is so for every population and clock; what is not found may
 * still be so. Where a part can go and the members provably stay the same, `fix` is the definition without it. Throws a
 * `DefinitionError` for a segment that does not suit the schema.
 *
 * @example
 * ```ts
 * const spenders = segment().group((g) => g.field('spent', greaterThan('500')).field('spent', greaterThan('250')))
 * const [finding] = findings({ spenders }, schema)
 * finding?.code // => 'redundant/filter'
 * finding?.message // => 'This filter says nothing more: spent is more than 250; it follows from: spent is more than 500'
 * finding?.fix?.code // => "segment().group((g) => g.field('spent', greaterThan(500)))"
 * ```
 */
export function findings(
  segments: Segments,
  schema: Schema,
  { splits = {} }: FindingsOptions = {},
): readonly Finding[] {
  const list: Finding[] = []
  const open: Known[] = []
  for (const [key, segment] of Object.entries(segments)) {
    const rule = checkedRule(segment, schema)
    const own = checkedRule({ definition: { format, rule: segment.definition.rule } }, schema)
    const whole = wholeFinding(key, rule, own, schema)
    list.push(...(whole ?? []))
    if (whole !== undefined) continue
    open.push({ key, segment, rule })
    if (isImpossible(own, schema)) {
      const message = `Only people put in by hand are in '${key}', as no one can match its rule: ${reasonsOf(own, schema)}`
      list.push(found('never/group', { on: 'segment', key, path: ['rule'], message }))
      continue
    }
    for (const { code, path, message } of partsOf(own, schema)) {
      const fix = fixed(segment.definition, path, schema)
      list.push(found(code, { on: 'segment', key, path, message, ...(fix && { fix }) }))
    }
  }
  list.push(...pairsOf(open, reached(references(segments)), schema))
  for (const [key, plan] of Object.entries(splits)) list.push(...splitFindings(key, plan, segments, schema))
  return list
}

/** What is found of a segment that nobody or everybody is in; `undefined` of all others. */
function wholeFinding(
  key: string,
  rule: Node,
  written: Node,
  schema: Schema,
): readonly Finding[] | undefined {
  const path = ['rule']
  if (isImpossible(rule, schema)) {
    const whose = isImpossible(written, schema) ? written : rule
    const message = `No one can ever be in '${key}': ${reasonsOf(whose, schema)}`
    return [found('never/segment', { on: 'segment', key, path, message })]
  }
  if (!isImpossible({ kind: 'not', of: rule }, schema)) return undefined
  // Who writes "everyone" means it.
  if (written.kind === 'everyone') return []
  const message = `Everybody is in '${key}', whatever its filters say; if that is meant, write group((g) => g.everyone())`
  return [found('always/segment', { on: 'segment', key, path, message })]
}

/** Why no one can match a rule, group by group. */
function reasonsOf(rule: Node, schema: Schema): string {
  if (rule.kind !== 'any') return reasonOf(rule, schema)
  return rule.of.map((group, i) => `of group ${i + 1}, ${reasonOf(group, schema)}`).join('; ')
}

function splitFindings(key: string, plan: SplitPlan, segments: Segments, schema: Schema): readonly Finding[] {
  const { unreachable, coversEveryone } = analyzeSplit(plan, segments, schema)
  const dead = unreachable.map(({ branch, takenBy }) => {
    const at = plan.branches.findIndex((one) => one.key === branch)
    const one = plan.branches[at]!
    const message =
      takenBy.length === 0
        ? `No one can take the branch '${branch}' of '${key}': no one fits it`
        : `No one can take the branch '${branch}' of '${key}': whoever fits it takes ${takenBy.map((other) => `'${other}'`).join(' or ')} before it`
    const related = 'when' in one ? [one.when] : []
    return found('split/unreachable', {
      on: 'split',
      key,
      path: ['branches', at],
      message,
      ...(related.length > 0 && { related }),
    })
  })
  if (!coversEveryone) return dead
  const message = `No one is left for '${plan.otherwise}', the last branch of '${key}'`
  return [...dead, found('split/everyone', { on: 'split', key, path: ['otherwise'], message })]
}
