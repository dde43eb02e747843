import { type Fault, faultsIn } from './fault.ts'
import { meaningFaults } from './faults-meaning.ts'
import { moreCoreFaults } from './faults-more-core.ts'
import { proofFaults } from './faults-proof.ts'

const evaluate = 'packages/core/src/evaluate'

const predicate = faultsIn(`${evaluate}/predicate.ts`, {
  'a missing value passes no negation, included or not': ['? whenMissing : !holds', '? false : !holds'],
  'NOT of unknown is true': ['row.values[slot] === undefined ? whenMissing : !holds', '!holds'],
  'whenMissing ignored without negation': [
    'row.values[slot] === undefined || holds(row, now)',
    'holds(row, now)',
  ],
  'at most leaves out its limit': [
    '(row.values[slot] as number) <= limit',
    '(row.values[slot] as number) < limit',
    { among: /atMost/ },
  ],
  'greater than takes its limit': [
    '(row.values[slot] as number) > limit',
    '(row.values[slot] as number) >= limit',
    { among: /greaterThan/ },
  ],
  'a window takes its open edge': [
    'as number) > now + after',
    'as number) >= now + after',
    {
      among: /"during"/,
      lacks: 'a stored instant is rarely at the open edge of the window that asks for it',
    },
  ],
  'a window leaves out now': ['<= now + until', '< now + until', { among: /"during"/ }],
  'a calendar window takes the day after it': [
    'day >= from && day < to',
    'day >= from && day <= to',
    { among: /"during"/ },
  ],
  'hours do not pass midnight': [
    'hour >= from || hour < to',
    'hour >= from && hour < to',
    { among: /"hour"/ },
  ],
  'has all is has any': ['expected.every((value)', 'expected.some((value)', { among: /hasAll/ }],
  'a whole list is what it begins with': [
    'list?.length === expected.length && ',
    'list !== undefined && ',
    { among: /"equals"/ },
  ],
  'starts with: the text is not folded': [
    'holds(foldAscii(text), value)',
    'holds(text, value)',
    { among: /startsWith|contains|endsWith|ignoringCase/ },
  ],
  'what depends on the clock is kept for ever': [
    'if (now !== at)',
    'if (at === undefined)',
    { among: /"window"|"during"/ },
  ],
})

const sets = faultsIn(`${evaluate}/set.ts`, {
  'of equal values, ids go the other way too': [
    'compareText(a.id, b.id)',
    'compareText(a.id, b.id) * sign',
    { among: /"top"/ },
  ],
  'who has no value is ranked first': [
    'return rank === undefined ? undefined : { id: person.id, rank }',
    'return { id: person.id, rank: rank ?? Infinity }',
    { among: /"top"/ },
  ],
  'an average is cut to whole units': ['10n ** 20n', '1n', { among: /"top"/ }],
  'ids order by their units of UTF-16': [
    'compareText(a.id, b.id)',
    '(a.id < b.id ? -1 : 1)',
    { among: /"top"/, lacks: 'two people whose ids tell the orders apart rarely have one value' },
  ],
})

const events = [
  ...faultsIn(`${evaluate}/selection.ts`, {
    'future events counted': ['to: now + 1 }', 'to: Infinity }', { among: /"event"/ }],
    'counting goes one too far': [
      'countUpTo(log.at, to - 1) - ',
      'countUpTo(log.at, to) - ',
      { among: /"event"/ },
    ],
    'counting starts one too late': [
      '- countUpTo(log.at, from - 1)',
      '- countUpTo(log.at, from)',
      { among: /"event"/, lacks: 'an event is rarely at the first instant of the window that counts it' },
    ],
    'of two windows the last one': ['to: Math.min(a.to, b.to)', 'to: b.to', { among: /"event"/ }],
    'a negated window taken as the window': [
      "test.op === 'during' && test.negated !== true ?",
      "test.op === 'during' ?",
      { among: /"event"/ },
    ],
    'one condition of an event is enough': ['where.every((test)', 'where.some((test)', { among: /"where"/ }],
  }),
  ...faultsIn(`${evaluate}/total.ts`, {
    'sums as doubles': [
      '!Number.isSafeInteger(next)',
      'Number.isNaN(next)',
      { among: /"sum"|"average"/, lacks: 'a person rarely has events with large values of both signs' },
    ],
    'the sum of no events is unknown': [
      '? undefined : 0',
      '? undefined : undefined',
      { among: /"sum"|"distinct"|"periods"/ },
    ],
    'distinct counts missing': [
      'new Set(present(values)).size',
      'new Set(values).size',
      { among: /"distinct"/ },
    ],
    'an average counts missing': [
      'const count = present(values).length',
      'const count = values.length',
      { among: /"average"/ },
    ],
    'first skips missing': [
      'first: (values) => values[0]',
      'first: (values) => present(values)[0]',
      { among: /"first"/ },
    ],
    'periods in UTC': ['dayOf(localMs(table, ms as number))', 'dayOf(ms as number)', { among: /"periods"/ }],
    'periods: years begin in January': [
      '{ weekStart, yearStart } as CalendarRules\n    return new Set',
      '{ weekStart, yearStart: 1 } as CalendarRules\n    return new Set',
      { among: /"periods"/, lacks: 'a person rarely has events of one name in two years' },
    ],
    'periods: weeks begin on Monday': [
      '{ weekStart, yearStart } as CalendarRules\n    return new Set',
      '{ weekStart: 1, yearStart } as CalendarRules\n    return new Set',
      { among: /"periods"/ },
    ],
  }),
  ...faultsIn(`${evaluate}/event.ts`, {
    'an average has the digits of what it is of': [
      'holds(BigInt(found.sum) * finer, BigInt(found.count))',
      'holds((BigInt(found.sum) / BigInt(found.count)) * finer, 1n)',
      { among: /"average"/ },
    ],
    'more counts as many': [
      'many(person, now) > few(person, now)',
      'many(person, now) >= few(person, now)',
      { among: /"more"/ },
    ],
    'at least n is more than n': [
      'count(person, now) >= least',
      'count(person, now) > least',
      { among: /"event"/ },
    ],
  }),
  ...faultsIn(`${evaluate}/prepare.ts`, {
    'events of one instant in the order of the list': [
      '|| compareText(a.id, b.id)',
      '',
      {
        among: /"first"|"last"|"sequence"/,
      },
    ],
    'tags without a time lost': [
      'tags.add(tag)',
      'if (given !== undefined) tags.add(tag)',
      { among: /"tag"/ },
    ],
  }),
  ...faultsIn(`${evaluate}/stream.ts`, {
    'events of several names one name after the other': [
      'entries.sort((a, b) => a.at - b.at || compareText(a.id, b.id))',
      '',
      { among: /"event":\[/ },
    ],
    'of several names each has the properties of the first': [
      'own.byName.get(info.name)!)',
      'properties.byName.get(info.name)!)',
      { among: /"event":\[/ },
    ],
  }),
  ...faultsIn(`${evaluate}/order.ts`, {
    'text in UTF-16 order': ['return rank(left) - rank(right)', 'return left - right'],
  }),
]

const rest = [
  ...faultsIn(`${evaluate}/leaf.ts`, {
    'the end of a window of tags ignored': ['at >= from && at < to', 'at >= from', { among: /"tag"/ }],
    'a comparison with a missing field': [
      'a === undefined || b === undefined',
      'a === undefined',
      { among: /"compare"/ },
    ],
    'fields compare: at most is less': ['order <= 0', 'order < 0', { among: /"compare"/ }],
  }),
  ...faultsIn(`${evaluate}/bucket.ts`, {
    'buckets modulo one less': ['% bucketCount', '% (bucketCount - 1)', { among: /"bucket"/ }],
    'buckets little-endian': ['getUint32(0)', 'getUint32(0, true)', { among: /"bucket"/ }],
    'buckets without the zero byte': ['}\\0$', '}$', { among: /"bucket"/ }],
  }),
  ...faultsIn(`${evaluate}/account.ts`, {
    'no one of an account is anyone': ['!people.some(', 'people.some(', { among: /"account"/ }],
    "an account's fields do not matter where its people are asked": [
      'if (!tests.every((test) => test(one, now))) return false',
      '',
      { among: /"account"/ },
    ],
  }),
  ...faultsIn(`${evaluate}/join.ts`, {
    'a fourth operand lost': [
      'rest.length === 0 ? joined',
      'rest.length < 2 ? joined',
      { among: /"all"|"any"/ },
    ],
    'any of three: the third lost': [
      'second(person, now) || third(person, now)',
      'second(person, now)',
      { among: /"all"|"any"/ },
    ],
  }),
  ...faultsIn(`${evaluate}/many.ts`, {
    'many at once: NOT keeps its ways': [
      'emit(node.of, whenFalse, whenTrue)',
      'emit(node.of, whenTrue, whenFalse)',
    ],
    'many at once: answers of the last person': ['answers.fill(0)', ''],
  }),
  ...faultsIn(`${evaluate}/window.ts`, {
    'a window of events ends one millisecond early': [
      'shiftMs(window.until)! + 1',
      'shiftMs(window.until)!',
      { among: /"until"/ },
    ],
    'a window of events begins one millisecond early': [
      'shiftMs(window.after)! + 1',
      'shiftMs(window.after)!',
      { among: /"after"/ },
    ],
    'a calendar window so far goes on': [
      'window.soFar === true ? Math.min(to, now + 1) : to',
      'to',
      { among: /soFar/ },
    ],
    '29 February lost in common years': [
      "found.add('02-29')",
      "found.add('03-02')",
      { among: /anniversary/ },
    ],
  }),
]

/** Faults of the evaluator in process, and of what all evaluators share. */
export const coreFaults: readonly Fault[] = [
  ...predicate,
  ...events,
  ...sets,
  ...rest,
  ...meaningFaults,
  ...moreCoreFaults,
  ...proofFaults,
]
