import { type Fault, faultsIn } from './fault.ts'

const compile = 'packages/postgres/src/compile'
const seen = { seen: 'together' } as const
const event = { ...seen, among: /"event"/ }

const heap = faultsIn(`${compile}/heap.ts`, {
  'together: people without rows never pass': [
    'wordsWhere(parts.map((part) => part.ofNone))',
    'parts.map(() => 0)',
    event,
  ],
  'together: a part counts the rows of all': ['isAlone ? alone : among', 'alone', event],
  'together: no span begins before that of the first part': [
    'Math.min(...parts.map(({ span }) => span!.from))',
    'parts[0]!.span!.from',
    event,
  ],
  'together: no span ends after that of the first part': [
    'Math.max(from, ...parts.map(({ span }) => span!.to))',
    'parts[0]!.span!.to',
    event,
  ],
  'together: what is not in a window lies in it': ['test.negated === true ? undefined : ', '', event],
  'together: events of all names are one heap': [', event.called?.is ?? name]', ']', event],
  'together: events of several names are those of the first': [
    'if (others.length > 0)',
    'if (!others)',
    event,
  ],
  'together: tagged at any time': ['where, given]', 'where]', { ...seen, among: /"tag"/ }],
  'together: one tag is as good as another': [
    'among: sql`coalesce(bool_or(${rows}), false)`',
    'among: yes',
    { ...seen, among: /"tag"/ },
  ],
})

const everybody = faultsIn(`${compile}/everybody.ts`, {
  'together: who is in no set is in it': ['${member} is not null', '${member} is null', seen],
  'together: NOT lost': ["{ is: 'not', of: held(node.of) }", 'held(node.of)', { ...seen, among: /"not"/ }],
  'together: any is all': ['{ is: node.kind, of:', "{ is: 'all', of:", { ...seen, among: /"any"/ }],
  'together: a top list is a condition': ['top !== undefined || ', '', { ...seen, among: /"top"/ }],
  'together: the first word of a heap is that of the first': ['words.length * bitsInWord)', '0)', event],
  'together: sets stand where heaps do': [
    'const afterHeaps = words.length * bitsInWord',
    'const afterHeaps = 0',
    seen,
  ],
  'together: rows stand where sets do': [
    'const afterSets = words.length * bitsInWord',
    'const afterSets = afterHeaps',
    seen,
  ],
})

const word = faultsIn(`${compile}/word.ts`, {
  'together: a word begins one bit later': [
    'then ${sql.lit(2 ** i)}',
    'then ${sql.lit(2 ** (i + 1) % 2 ** 31)}',
    seen,
  ],
  'together: a word with any bit has all': [
    ' & ${sql.lit(2 ** (held.part % bitsInWord))} <> 0',
    ' <> 0',
    seen,
  ],
})

const fields = faultsIn(`${compile}/fields.ts`, {
  'together: everybody of the table, where fields are read once': [
    ' as p${filtered} offset 0',
    ' as p offset 0',
    seen,
  ],
  'together: everybody of the table': ['as p${filtered}) as p`', 'as p) as p`', seen],
})

/** Mistakes that only many segments show that are asked about at once. */
export const togetherFaults: readonly Fault[] = [...heap, ...everybody, ...word, ...fields]
