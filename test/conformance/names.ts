import type { Dice } from './dice.ts'
import { schema } from './schema.ts'

// Names that code may trip over, and which of the generated world's names is called by which of them.

const long = 'a very long name indeed '.repeat(6).slice(0, 127)

/** What fields, properties, events and accounts may be called: keywords, what objects inherit, and what looks like another. */
const oddKeys: readonly string[] = [
  ['select', 'user', 'order', 'null', 'true', 'default', 'end', 'from', 'check', 'table', 'group', 'desc'],
  ['toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', '__proto', 'length', 'then', 'toJSON', 'is'],
  ['id', 'p', 'e', 't', 'a', 'm', 'element', 'value', 'at', 'tag', 'person', 'of', 'kind', 'n', 'held', 'ms'],
  [
    'A',
    'E',
    'Id',
    'ID',
    'Select',
    'straße',
    'STRASSE',
    'ß',
    'é',
    'É',
    'İ',
    'ı',
    'i',
    'I',
    'ſ',
    's',
    'S',
    'K',
  ],
  [
    '$',
    '_',
    '$1',
    '$2',
    '$a',
    '_a',
    'a b',
    'a  b',
    'a ',
    'a-b',
    'a--b',
    'ʼ',
    'ʼor 1',
    '名前',
    '\u{1d4b3}',
    'ª',
  ],
  [`${long}a`, `${long}b`, 'segment_0', 'everybody', 'numeric', 'jsonb', 'int8', 'people', 'fields', 'NaN'],
].flat()

/** Names of events may look like paths too. */
const oddEvents: readonly string[] = [
  ['a/b', 'a//b', 'a.b', 'a:b', 'a::b', 'user.created', 'https://x.org/a', 'a/../b', 'c:', 'A.B', 'a.b.c'],
  [
    'count',
    'Page View',
    'page  view',
    'event',
    'name',
    'Opened',
    'PURCHASE',
    'a--',
    '$1',
    'toString',
    '名前',
  ],
].flat()

/** Names of tables and columns, and keys in documents, may be anything; Postgres has at most 63 bytes for those it knows. */
export const oddIdentifiers: readonly string[] = [
  [
    'a"b',
    '"',
    '""',
    "it's",
    "'",
    'a\\b',
    '\\',
    '__proto__',
    'constructor',
    'select',
    'Select',
    'user',
    'table',
  ],
  [
    'a b',
    ' ',
    'a ',
    'A',
    'a',
    'é',
    '名前',
    '\u{1d4b3}',
    '$1',
    '$2',
    '$$',
    ':x',
    '?',
    '%s',
    '{}',
    '{a,b}',
    '--',
    '/*',
  ],
  [
    'a;b',
    '0',
    '1',
    '-1',
    'p',
    'e',
    't',
    'm',
    'id',
    'ID',
    'person',
    'element',
    'value',
    'toString',
    'null',
    '*',
  ],
  ['x'.repeat(63), 'X'.repeat(63), '\n', '\t', 'a.b', '.', 'at', 'name', 'tag', "''", '\\"', 'tenant'],
].flat()

/** Values of choices that nobody has thought of. */
export const oddValues: readonly string[] = [
  '__proto__',
  'a"b',
  "a'b",
  'a\\b',
  'FREE',
  'é',
  ' ',
  'null',
  '{}',
]

const keysOf = (
  maps: Iterable<ReadonlyMap<string, { readonly path: readonly string[] }>>,
): readonly string[] => [...maps].flatMap((infos) => [...infos.values()].flatMap(({ path }) => path))

const itemParts = [...schema.fields.values()].flatMap(({ type }) =>
  type.kind === 'list' && type.of.kind === 'object' ? [type.of.parts!] : [],
)
const keys = [
  ...new Set(keysOf([schema.fields, ...schema.events.values(), ...schema.accounts.values(), ...itemParts])),
]

/** What the generated world's names are called now. */
export interface Names {
  /** A key of a field, a property, a part or an account's field; what is unknown keeps its name. */
  readonly key: (key: string) => string
  /** Keys joined by dots. */
  readonly path: (name: string) => string
  readonly event: (name: string) => string
  readonly account: (name: string) => string
  /** Whether something is called by this key. */
  readonly isTaken: (key: string) => boolean
}

/** The names that a throw of the dice gives, no two of them the same. */
export function namesOf(dice: Dice): Names {
  const called = (of: string, names: readonly string[], odd: readonly string[]) => {
    const all = [...new Set([...names, ...odd])]
    const drawn = dice.shuffled(of, all)
    return new Map(names.map((name, i) => [name, drawn[i]!]))
  }
  const known = called('key', keys, oddKeys)
  const taken = new Set(known.values())
  const events = called('event', [...schema.events.keys()], [...oddEvents, ...oddKeys])
  const accounts = called('account', [...schema.accounts.keys()], oddKeys)
  const key = (name: string): string => known.get(name) ?? name
  return {
    key,
    isTaken: (name) => taken.has(name),
    path: (name) => name.split('.').map(key).join('.'),
    event: (name) => events.get(name) ?? name,
    account: (name) => accounts.get(name) ?? name,
  }
}

/** The same with small and capital letters turned round, where that is another name. */
export function twin(name: string): string {
  const turned = [...name].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()))
  return turned.join('').slice(0, 128)
}
