import { type Fault, faultsIn } from './fault.ts'

const proof = 'packages/core/src/proof'
const proven = { seen: 'proven' } as const

/** Faults of what is proven of rules, each of which claims too much. */
export const proofFaults: readonly Fault[] = [
  ...faultsIn(`${proof}/known.ts`, {
    'proof: nothing is ever missing': [
      'const isMissing = before.missing && missing',
      'const isMissing = false',
      proven,
    ],
    'proof: two elements that exist contradict each other': [
      'if (other.holds === holds) continue',
      'if (other.holds !== holds) return undefined',
      proven,
    ],
    'proof: events of any names are those of others': [
      'if (!other.names.has(name)) return false',
      'if (!other.names.has(name)) continue',
      proven,
    ],
    'proof: today lies after now': [
      'least >= 1 && mostOf(clock) <= 0',
      'least >= 0 && mostOf(clock) <= 0',
      proven,
    ],
  }),
  ...faultsIn(`${proof}/predicate.ts`, {
    'proof: both sides of a bound take it': [
      "is: 'below', inclusive: !test.inclusive",
      "is: 'below', inclusive: test.inclusive",
      proven,
    ],
    'proof: the negation of a length is lost': [
      'negated ? complement(statement.count) : statement.count',
      'statement.count',
      proven,
    ],
  }),
  ...faultsIn(`${proof}/text.ts`, {
    'proof: what a text contains stands at its start': [
      "return one.op === 'startsWith' && mine.startsWith(theirs)",
      'return mine.startsWith(theirs)',
      proven,
    ],
    'proof: a text contains one thing only': [
      "one.op !== other.op || one.op === 'contains'",
      'one.op !== other.op',
      proven,
    ],
  }),
  ...faultsIn(`${proof}/event.ts`, {
    'proof: the complement of a measure is itself': [
      'const test = holds ? asked : complement(asked)',
      'const test = asked',
      proven,
    ],
  }),
  ...faultsIn(`${proof}/rule.ts`, {
    'proof: fields compare in one order': ['isTurned ? 0 - one : one', 'one', proven],
    'proof: a negation passes over missing values': [
      'holds ? node.test : complement(node.test)',
      'holds ? node.test : { ...node.test, negated: node.test.negated !== true }',
      proven,
    ],
  }),
]
