import { type Fault, faultsIn } from './fault.ts'

const core = 'packages/core/src'
const among = { among: /"sequence"/ }

const sequences = [
  ...faultsIn(`${core}/evaluate/steps.ts`, {
    'a step at the instant of the one before, whatever its id': [
      '? compareText(one.id, other.id) > 0',
      '? one.id !== other.id',
      among,
    ],
    'a step at the instant of the one before is none': [
      '? compareText(one.id, other.id) > 0',
      '? false',
      among,
    ],
    'a step need not be near': ['event.at <= from.at + within && ', '', among],
    'within of a step leaves out its end': [
      'event.at <= from.at + within',
      'event.at < from.at + within',
      among,
    ],
    'within of a sequence lost': [' && event.at <= from.anchor.at + end', '', among],
    'only the first of a step goes on': [
      'const from = before[passed - 1]',
      'const from = passed > 0 ? before[0] : undefined',
      { ...among, lacks: 'steps between others rarely happen twice so that it matters' },
    ],
    'never: an event at the very end comes too late': [
      'next.at <= closes ? next',
      'next.at < closes ? next',
      { ...among, lacks: 'an event is rarely at the very end of the window it may not be in' },
    ],
    'never: the longer window counts': [
      'Math.min(event.at + never.within, anchor.at + end)',
      'Math.max(event.at + never.within, anchor.at + end)',
      among,
    ],
  }),
  ...faultsIn(`${core}/evaluate/sequence.ts`, {
    'the first anchor is the last': ["anchor === 'first' ?", "anchor !== 'first' ?", among],
    'any anchor is the first': ['return events\n', 'return events.slice(0, 1)\n', among],
    'one of the last few is the last': ['events.slice(-anchors)', 'events.slice(-1)', among],
    'never: not yet at the very end': ['closes <= now && ', 'closes < now && ', among],
    'never: before the window has closed': ['closes <= now && ', '', among],
    'by: any property will do': [
      'if (node.by === undefined) return [',
      'if (node !== undefined) return [',
      among,
    ],
    'by: missing is the same as missing': ['if (key !== undefined)', 'if (key !== null)', among],
  }),
]

const versions = faultsIn(`${core}/text/version.ts`, {
  'numbers of a version are text': [
    "part.padStart(16, '0')",
    '`0${part}`',
    { among: /"app"|"build"|"release"/ },
  ],
  'a release is below its prerelease': ["? '~'", "? ''", { among: /"app"|"build"|"release"/ }],
  'identifiers are below numbers': [': `1${part}`)', ': `-${part}`)', { among: /"app"|"build"|"release"/ }],
})

const near = [
  ...faultsIn(`${core}/place/distance.ts`, {
    'degrees of longitude are equally long': [
      'cosine * here * (east * east)',
      '(east * east)',
      { among: /"near"/ },
    ],
    'the distance is the diameter': [
      'meters / (2 * earthRadius)',
      'meters / earthRadius',
      { among: /"near"/ },
    ],
  }),
  ...faultsIn(`${core}/evaluate/leaf.ts`, {
    'beyond the pole is a place': ['Math.abs(north) > 90 || ', '', { among: /"near"/ }],
    'beyond the date line is a place': [' || Math.abs(east) > 180', '', { among: /"near"/ }],
  }),
]

const byHand = [
  ...faultsIn(`${core}/definition/expand.ts`, {
    'people on a list are not included': [
      'included.length === 0 ?',
      'included.length >= 0 ?',
      { among: /"included"/ },
    ],
    'who is excluded lets nobody be included': ['of: [widened', 'of: [rule', { among: /"included"/ }],
    'a segment that is referred to leaves out its lists': [
      'replaced(membersRule(definitionOf(node.of)))',
      'replaced(definitionOf(node.of).rule)',
      { among: /"(in|ex)cluded"/ },
    ],
  }),
]

const explained = { seen: 'explained' } as const
const next = { seen: 'next' } as const

const explanations = faultsIn(`${core}/explain/explain.ts`, {
  'explained: any is all': ['of.some((part) => part.matched)', 'of.every((part) => part.matched)', explained],
  'explained: not is what it negates': ['matched: !of.matched', 'matched: of.matched', explained],
  'explained: a segment that is referred to leaves out its lists': [
    'reasonOf(membersRule(node.of as Definition), person, now)',
    'reasonOf((node.of as Definition).rule, person, now)',
    { ...explained, among: /"(in|ex)cluded"/ },
  ],
})

const turns = faultsIn(`${core}/evaluate/next.ts`, {
  'next: the first instant that may change the answer': [
    'if (holds(person, at) !== before) return at',
    'return at',
    next,
  ],
  'next: the last window of a sequence that closes': [
    'return opens[opened]!',
    'return opens[end - 1]!',
    { ...next, among: /"never"/ },
  ],
})

const changes = faultsIn(`${core}/evaluate/changes.ts`, {
  'next: an event ahead never happens': ['    { once: times },\n', '', { ...next, among: /"event"/ }],
  'next: nothing leaves a window of the clock': [
    '[window.until, window.after]',
    '[window.until]',
    { ...next, among: /"clock"/ },
  ],
  'next: nothing comes into a window of the clock': [
    '[window.until, window.after]',
    '[window.after]',
    { ...next, among: /"clock"/ },
  ],
  'next: a calendar turns one period late': [
    'start(at, -from + 1)]',
    'start(at, -from + 2)]',
    { ...next, among: /"calendar"/ },
  ],
  'next: a date begins in UTC': [
    'firstInstantAt(table, dayOfText(value as string) * dayMs)',
    'dayOfText(value as string) * dayMs',
    { ...next, among: /"calendar"/ },
  ],
  'next: no window of a sequence closes': [
    'closing.map((ms) => at + ms)',
    '[] as number[]',
    { ...next, among: /"never"/ },
  ],
  'next: tags do not grow old': [
    '(person.tagged.get(tag) ?? []).flatMap(edges)',
    '[]',
    { ...next, among: /"tag"/ },
  ],
})

/** Faults of sequences, versions, places and lists of people, and of what else core tells of a segment. */
export const moreCoreFaults: readonly Fault[] = [
  ...sequences,
  ...versions,
  ...near,
  ...byHand,
  ...explanations,
  ...turns,
  ...changes,
]
