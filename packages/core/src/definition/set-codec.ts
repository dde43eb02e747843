import { checkSchema, type Schema } from '../schema/schema.ts'
import { checkTop } from './check-set.ts'
import {
  checkNames,
  collected,
  type DecodeOptions,
  type LimitOptions,
  parse,
  resolvedAmong,
} from './codec.ts'
import { checkSize, membersRule } from './expand.ts'
import { deepFreeze } from './freeze.ts'
import type { Path, Report } from './issue.ts'
import { limitsOf, measured } from './limits.ts'
import type { Aggregate, Definition } from './node.ts'
import { isObject, readDefinition, readObject, readOne, selected, structure } from './read.ts'
import { type AnySetSegment, type Ranking, setDefinition, type Top } from './set.ts'
import { aggregateShapes, rankingShapes, topShape } from './structure.ts'

/**
 * The top of a segment from untrusted data: {@link decodeSegment} for what `.top(…)` and `.bottom(…)` make.
 *
 * It is data as a segment is, with the key `top` besides. Throws a {@link DefinitionError} that lists everything
 * that is wrong.
 *
 * @example
 * ```ts
 * const best = segment().group((g) => g.everyone()).top(100, 'spent')
 * decodeSetSegment(encodeSetSegment(best), schema).top // => { count: 100, order: 'most', by: { kind: 'field', field: 'spent' } }
 * ```
 */
export function decodeSetSegment(data: unknown, schema: Schema, options: DecodeOptions = {}): AnySetSegment {
  checkSchema(schema)
  const limits = limitsOf(options, ['limits', 'segments'])
  const parsed = parse(data, limits)
  const read = collected((report) => readSet(parsed, report))
  const whole = resolvedAmong(read.whole, options.segments)
  checkSize(membersRule(whole), limits)
  return deepFreeze(
    collected((report) => {
      const checked = checkNames(whole, schema, report)
      const top = checkTop(read.top, schema, report, ['top'])
      return top && { whole: checked, top }
    }),
  )
}

/**
 * JSON text of the top of a segment, as it is stored: {@link decodeSetSegment} reads it back unchanged.
 *
 * Throws a {@link DefinitionError} for one that is too large to be read back under the same limits.
 */
export function encodeSetSegment(set: AnySetSegment, options: LimitOptions = {}): string {
  const definition = setDefinition(set)
  measured(definition, limitsOf(options, ['limits']))
  return JSON.stringify(definition, null, 2)
}

function readSet(data: unknown, report: Report): AnySetSegment | undefined {
  if (!isObject(data)) {
    return void report(structure([], data, 'a definition: an object with format, rule and top'))
  }
  const { top, ...rest } = data
  if (top === undefined) {
    const expected = "the key 'top': decodeSegment reads a segment without it"
    report(structure(['top'], top, expected))
    return undefined
  }
  const whole: Definition | undefined = readDefinition(rest, [], report)
  const taken = readTop(top, ['top'], report)
  return whole && taken && { whole, top: taken }
}

function readTop(data: unknown, path: Path, report: Report): Top | undefined {
  const decoded = readObject<Top>(topShape, data, 'count, order and by', path, report)
  const by = decoded && readRanking(decoded.by, [...path, 'by'], report)
  return by && { ...decoded, by }
}

function readRanking(data: unknown, path: Path, report: Report): Ranking | undefined {
  const decoded = readOne('kind', rankingShapes, data, path, report) as Ranking | undefined
  if (decoded?.kind !== 'event') return decoded
  const measure = readOne('of', aggregateShapes, decoded.measure, [...path, 'measure'], report)
  return { ...decoded, ...selected(decoded, path, report), measure: measure as Aggregate }
}
