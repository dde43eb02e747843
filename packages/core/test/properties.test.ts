import fc from 'fast-check'
import { describe as suite, expect, test } from 'vitest'
import { clock, leaf, node, people, person, schema, segment } from '../../../test/conformance/arbitrary.ts'
import {
  type AnySegment,
  canonical,
  checkedRule,
  compileSegment,
  decodeSegment,
  describe,
  describeNode,
  encodeSegment,
  evaluate,
  evaluateAll,
  explainPerson,
  format,
  inProcess,
  instantText,
  membersRule,
  type Node,
  preparePerson,
  type Reason,
  renderExplanation,
  stableText,
} from '../src/index.ts'
import { collect } from './people.ts'

const ruled = (rule: Node): AnySegment => ({ definition: { format, rule } })
const at = (now: number) => ({ schema, now: new Date(now) })

suite('membership', () => {
  test('a segment and its complement partition people', () => {
    fc.assert(
      fc.property(node, person(), clock, (rule, who, now) => {
        const inside = evaluate(ruled(rule), who, at(now))
        expect(evaluate(ruled({ kind: 'not', of: rule }), who, at(now))).toBe(!inside)
      }),
      { numRuns: 2000 },
    )
  })

  test('the canonical form means the same, suits the schema, and is its own canonical form', () => {
    fc.assert(
      fc.property(segment, person(), clock, (made, who, now) => {
        const rule = canonical(checkedRule(made, schema))
        expect(reasonOf(ruled(rule), who, now)).toBe(reasonOf(made, who, now))
        expect(stableText(canonical(checkedRule(ruled(rule), schema)))).toBe(stableText(rule))
      }),
      { numRuns: 2000 },
    )
  })

  test('what is decoded is what was encoded', () => {
    fc.assert(
      fc.property(segment, person(), clock, (made, who, now) => {
        const once = decodeSegment(encodeSegment(made), schema)
        expect(decodeSegment(encodeSegment(once), schema)).toEqual(once)
        expect(evaluate(once, who, at(now))).toBe(evaluate(made, who, at(now)))
      }),
      { numRuns: 2000 },
    )
  })

  test('a person alone is the person in the crowd, asked by any way', async () => {
    const several = fc.array(segment, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(several, people(), clock, async (made, crowd, now) => {
        const byKey = Object.fromEntries(made.map((one, i) => [`s${i}`, one]))
        const evaluator = inProcess(schema, crowd, { now: new Date(now) })
        const ids = crowd.map(({ id }) => id)
        const which = await evaluator.which(byKey, ids)
        const counts = await evaluator.counts(byKey)
        for (const [i, who] of crowd.entries()) {
          const alone = Object.entries(byKey).flatMap(([key, one]) =>
            evaluate(one, who, at(now)) ? [key] : [],
          )
          expect(which[i]).toEqual({ person: who.id, found: true, segments: alone, now: instantText(now) })
          expect(evaluateAll(byKey, who, at(now))).toEqual(alone)
        }
        for (const [key, one] of Object.entries(byKey)) {
          const members = await collect(evaluator.members(one))
          expect(counts[key]).toBe(members.length)
          expect(new Set(members)).toEqual(
            new Set(which.filter(({ segments }) => segments.includes(key)).map(({ person: id }) => id)),
          )
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** Membership as the explanation has it: asked of the rule as it is written, not of its canonical form. */
const reasonOf = (made: AnySegment, who: Parameters<typeof evaluate>[1], now: number): boolean =>
  explainPerson(made, who, at(now)).member

/** What a node is made of; of a reference, the rule it stands for with the people in or out by hand. */
function childrenOf(rule: Node): readonly Node[] {
  if (rule.kind === 'all' || rule.kind === 'any') return rule.of
  if (rule.kind === 'not') return [rule.of]
  return rule.kind === 'segment' && typeof rule.of !== 'string' ? [membersRule(rule.of)] : []
}

suite('explanations', () => {
  test('agree with evaluation at every node', () => {
    fc.assert(
      fc.property(segment, person(), clock, (made, who, now) => {
        const prepared = preparePerson(schema, who)
        const agree = (rule: Node, reason: Reason): void => {
          expect(reason.kind).toBe(rule.kind)
          expect(reason.matched).toBe(compileSegment(ruled(rule), schema)(prepared, now))
          // The reasons of an account are those of each account of the person.
          if (rule.kind === 'account') return
          const children = childrenOf(rule)
          const reasons = reason.of ?? []
          expect(reasons).toHaveLength(children.length)
          for (const [i, part] of reasons.entries()) agree(children[i]!, part)
        }
        agree(membersRule(made.definition), explainPerson(made, who, at(now)).reason!)
      }),
      { numRuns: 2000 },
    )
  })

  test('have a line for each node and are JSON', () => {
    fc.assert(
      fc.property(segment, person({ storable: true }), clock, (made, who, now) => {
        const explanation = explainPerson(made, who, at(now))
        const nodes = (reason: Reason): number =>
          (reason.of ?? []).reduce((sum, part) => sum + nodes(part), 1)
        expect(renderExplanation(explanation).split('\n')).toHaveLength(1 + nodes(explanation.reason!))
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
      }),
      { numRuns: 500 },
    )
  })
})

suite('English', () => {
  const distinct = (rules: readonly Node[], say: (rule: Node) => string): void => {
    const meaning = new Map<string, string>()
    for (const rule of rules) {
      const checked = checkedRule(ruled(rule), schema)
      const [english, text] = [say(checked), stableText(canonical(checked))]
      expect(english.trim()).not.toBe('')
      expect(meaning.get(english) ?? text, english).toBe(text)
      meaning.set(english, text)
    }
  }

  test('of two different filters never reads the same', () => {
    distinct(fc.sample(leaf, { numRuns: 20_000, seed: 7 }), (rule) => describeNode(rule, schema))
  })

  test('of two different rules never reads the same', () => {
    // A small world of filters, so that rules differ in their shape alone.
    const small = fc.constantFrom<Node>(
      { kind: 'tag', tag: 'a' },
      { kind: 'tag', tag: 'b' },
      { kind: 'everyone' },
      { kind: 'event', event: 'opened', measure: { of: 'count', test: { op: 'atLeast', value: 1 } } },
    )
    const shapes = fc.letrec<{ node: Node; some: Node[] }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        small,
        fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: tie('some') }),
        fc.record({ kind: fc.constant('not' as const), of: tie('node') }),
      ),
      some: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    })).node
    const rules = fc.sample(shapes, { numRuns: 20_000, seed: 7 })
    distinct(rules, (rule) => describeNode(rule, schema))
    distinct(rules, (rule) => describe(ruled(rule), schema))
  })
})
