import { describe, expect, test } from 'vitest'
import {
  type AnySegment,
  type AnySetSegment,
  type Definition,
  compileNextChange,
  compileSegment,
  compileSegments,
  decodeSegment,
  DefinitionError,
  defineSegments,
  encodeSegment,
  encodeSegments,
  evaluate,
  evaluateAll,
  explainPerson,
  inProcess,
  nextChangeAt,
  SetSegmentError,
} from '../src/index.ts'
import { now, schema, segment } from './people.ts'

const everyone = segment().group((g) => g.everyone())
const evaluator = inProcess(schema, [{ id: 'ann' }], { now })

describe('one person cannot be asked about', () => {
  const best = everyone.top(100, 'spent') as AnySetSegment as unknown as AnySegment
  const stored = JSON.parse(JSON.stringify(best)) as Definition
  const options = { schema, now }
  const ann = { id: 'ann' }

  test.each<readonly [string, () => unknown]>([
    ['evaluate', () => evaluate(best, ann, options)],
    ['evaluateAll', () => evaluateAll({ best }, ann, options)],
    ['compileSegment', () => compileSegment(best, schema)],
    ['evaluate, of its stored form', () => evaluate({ definition: stored }, ann, options)],
    ['count, of its stored form', () => evaluator.count({ definition: stored })],
    ['compileSegments', () => compileSegments({ best }, schema)],
    ['nextChangeAt', () => nextChangeAt(best, ann, options)],
    ['compileNextChange', () => compileNextChange(best, schema)],
    ['explainPerson', () => explainPerson(best, ann, options)],
    ['has', () => evaluator.has(best, 'ann')],
    ['which', () => evaluator.which({ best }, ['ann'])],
    ['explain', () => evaluator.explain(best, 'ann')],
    ['in', () => segment().group((g) => g.in(best as never))],
    ['notIn', () => segment().group((g) => g.notIn(best as never))],
    ['defineSegments', () => defineSegments({ best })],
    ['encodeSegment', () => encodeSegment(best)],
    ['encodeSegments', () => encodeSegments({ best })],
    [
      'the segments a definition refers to',
      () =>
        decodeSegment({ format: 1, rule: { kind: 'segment', of: 'best' } }, schema, { segments: { best } }),
    ],
  ])('by %s', async (_, run) => {
    const error: unknown = await (async () => run())().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SetSegmentError)
    expect((error as Error).message).toMatch(
      /^found the top 100 of a segment( .*)?, expected a segment: who is among the first depends on everybody else\. Count or list/,
    )
  })
})

describe('the builder refuses', () => {
  interface Draft {
    readonly [method: string]: (...given: readonly unknown[]) => Draft
  }
  const by = (write: (r: Draft) => unknown) => () => everyone.top(1, write as never)

  test.each<readonly [string, () => unknown, string]>([
    ['nobody', () => everyone.top(0, 'spent'), 'found 0, expected a whole number of people from 1 to 100000'],
    [
      'a number of text',
      () => everyone.top('9' as never, 'spent'),
      "found '9', expected a whole number of people",
    ],
    [
      'no ranking',
      () => everyone.top(9, undefined as never),
      'found undefined to rank by in top(…), expected a field',
    ],
    ['text', () => everyone.bottom(9, 'state' as never), "found 'state', which is text"],
    ['a field of objects', () => everyone.top(9, 'address' as never), "found 'address', which is an object"],
    [
      'an unknown event',
      by((r) => r['event']!('opend')['count']!()),
      "unknown event 'opend' - did you mean 'opened'?",
    ],
    [
      'an unknown property',
      by((r) => r['event']!('purchase')['sum']!('amont')),
      "unknown property 'amont' - did you mean 'amount'?",
    ],
    [
      'a sum of text',
      by((r) => r['event']!('purchase')['sum']!('sku')),
      "found the sum of 'sku', which is text",
    ],
    ['no event', by((r) => r), 'found no event to rank by, expected what is made of events'],
    [
      'events alone',
      by((r) => r['event']!('opened')),
      "found event 'opened' with nothing made of it to rank by",
    ],
    ['a forgotten return', by(() => undefined), 'the function in top(…) returns undefined'],
    [
      'a measure for a selection',
      by((r) => r['event']!('opened', (e: Draft) => e['count']!(3))['count']!()),
      "found a measure of event 'opened' in a ranking",
    ],
    [
      'an invalid window',
      by((r) => r['event']!('opened', (e: Draft) => e['within']!('a month'))['count']!()),
      "event 'opened': found",
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(DefinitionError)
    expect(run).toThrow(message)
  })
})
