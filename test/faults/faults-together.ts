import { type Fault, faultsIn } from './fault.ts'

const compile = 'packages/postgres/src/compile'
const seen = { seen: 'together' } as const
const event = { ...seen, among: /"event"/ }

const parts = faultsIn(`${compile}/parts.ts`, {
  'together: people without rows never pass': ['made.ofNone ? yes : no', 'no', event],
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
  'together: who is in no set is in it': ["'member')} is not null`", "'member')} is null`", seen],
  'together: NOT lost': ['sql`not ${holds(node.of)}`', 'holds(node.of)', { ...seen, among: /"not"/ }],
  'together: any is all': [
    'or(...node.of.map(holds))',
    'and(...node.of.map(holds))',
    { ...seen, among: /"any"/ },
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

const roll = faultsIn(`${compile}/roll.ts`, {
  'together: a top list is a condition': ['top !== undefined || ', '', { ...seen, among: /"top"/ }],
  'together: who is not at the top is': [
    "'member')} is not null as",
    "'member')} is null as",
    { ...seen, among: /"top"/ },
  ],
})

/** Mistakes that only many segments show that are asked about at once. */
export const togetherFaults: readonly Fault[] = [...parts, ...fields, ...roll]
