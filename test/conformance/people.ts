import type { EventRecord, FieldInfo, Kind, Person, ValueType } from '@segmentry/core'
import fc from 'fast-check'
import { memberships, settled } from './accounts.ts'
import { schema } from './schema.ts'
import { instantMs, instantText, literalOf, textValue } from './values.ts'

/** Which people are generated. */
export interface PeopleOptions {
  /**
   * Only what JSON and Postgres can hold: no U+0000, no lone surrogate, no NaN, no infinity, no `Date`.
   * Off unless asked for.
   */
  readonly storable?: boolean
  /** Values that are not of their declared type, and events without a readable instant; on unless refused. */
  readonly illTyped?: boolean
  /** How many people at most; 8 unless said. */
  readonly maxLength?: number
}

const unstorable: readonly unknown[] = [
  [NaN, Infinity, -Infinity, 'a\0b', '\ud800', '\udc00x', new Date(NaN), new Date(8.64e15)],
  [10n, Symbol('s'), () => 1, new Map([['city', 'CA']])],
].flat()

/** Values that are of the wrong type somewhere, and often of all types. */
const wrong: readonly unknown[] = [
  ['7', 'CA', '', 'not a date', '2024-02-30', '2026-11-24T00:00:00', '2026-11-24T00:00:60Z', 'gold', '1e3'],
  [
    '0000-01-01',
    '10000-01-01',
    '19.9999',
    '1000000000000000',
    '90071992547409.91',
    '00.10',
    '1.',
    '.5',
    '1_000',
    '0x1A',
    ' 7',
    'v1.2.3',
    '1.2',
    '01.2.3',
    '1.2.3-',
    '2.0.0-01',
    '2026-11-24 09:30:00Z',
    'infinity',
  ],
  [7, 0.5, 2 ** 53, -(2 ** 53), 1e300, 0.001, true, false, {}, { city: 'CA' }],
  [[], ['CA'], [7, 'x', null], [[]]],
].flat()

/** Raw values of one field. */
function raw(type: ValueType, options: PeopleOptions): fc.Arbitrary<unknown> {
  const { storable = false, illTyped = true } = options
  const stray = fc.constantFrom(...wrong, ...(storable ? [] : unstorable))
  return fc.oneof(
    { weight: 7, arbitrary: wellTyped(type, options) },
    { weight: 2, arbitrary: fc.constant(null) },
    ...(illTyped ? [{ weight: 1, arbitrary: stray }] : []),
  )
}

function wellTyped(type: ValueType, options: PeopleOptions): fc.Arbitrary<unknown> {
  if (type.kind === 'list') {
    if (type.of.kind === 'object') {
      const item = holder(type.of.parts!, options)
      return fc.array(
        fc.oneof({ weight: 6, arbitrary: item }, { weight: 1, arbitrary: fc.constantFrom(null, 7, 'x') }),
        {
          maxLength: 3,
        },
      )
    }
    const element = options.illTyped === false ? wellTyped(type.of, options) : raw(type.of, options)
    return fc.array(element, { maxLength: 4 })
  }
  if (type.kind === 'timestamp' && !options.storable) {
    return fc.oneof(
      instantText,
      instantMs.map((ms) => new Date(ms)),
    )
  }
  return literalOf(type)
}

type Infos = ReadonlyMap<string, FieldInfo>
const isObject = (kind: Kind): boolean => kind === 'object'

/** An object that holds the fields, each of them sometimes left out; objects hold their parts. */
function holder(infos: Infos, options: PeopleOptions, parents: readonly string[] = []): fc.Arbitrary<object> {
  const depth = parents.length
  const here = [...infos.values()].filter(
    ({ path }) => path.length === depth + 1 && parents.every((key, i) => path[i] === key),
  )
  const entries = here.map((info) => {
    const key = info.path[depth]!
    if (!isObject(info.type.kind)) return [key, raw(info.type, options)] as const
    const parts = holder(infos, options, info.path)
    const { illTyped = true } = options
    const stray = fc.constantFrom(
      ...wrong.filter((value) => typeof value !== 'object' || Array.isArray(value)),
    )
    const value = fc.oneof(
      { weight: 7, arbitrary: parts },
      { weight: 2, arbitrary: fc.constant(null) },
      ...(illTyped ? [{ weight: 1, arbitrary: stray }] : []),
    )
    return [key, value] as const
  })
  return fc.record(Object.fromEntries<fc.Arbitrary<unknown>>(entries), {
    requiredKeys: [],
    noNullPrototype: true,
  })
}

const tagName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('VIP', 'churned', "it's", 'or', 'a b') },
  { weight: 1, arbitrary: textValue.filter((tag) => tag !== '') },
)

const tags = fc.array(fc.oneof(tagName, fc.record({ tag: tagName, at: instantText })), { maxLength: 4 })

/** The tags of a person, each once, with the instant it was given where one is known. */
export function tagsOf({
  tags: given = [],
}: Person): readonly { readonly tag: string; readonly at: string | null }[] {
  const found = new Map<string, string | null>()
  for (const one of given) {
    if (typeof one === 'string') found.set(one, found.get(one) ?? null)
    else found.set(one.tag, found.get(one.tag) ?? String(one.at))
  }
  return [...found].map(([tag, at]) => ({ tag, at }))
}

function event(options: PeopleOptions): fc.Arbitrary<Omit<EventRecord, 'id'>> {
  const { storable = false, illTyped = true } = options
  const at: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 9, arbitrary: storable ? instantText : wellTyped({ kind: 'timestamp' }, options) },
    ...(illTyped ? [{ weight: 1, arbitrary: fc.constantFrom<unknown>('soon', null, 7) }] : []),
  )
  const named = [...schema.events].map(([name, properties]) =>
    fc.record(
      { name: fc.constant(name), at, properties: holder(properties, options) },
      { requiredKeys: ['name', 'at'] },
    ),
  )
  const undeclared = fc.record({ name: fc.constantFrom('refunded', 'constructor'), at })
  return fc.oneof(...named.map((arbitrary) => ({ weight: 3, arbitrary })), {
    weight: 1,
    arbitrary: undeclared,
  }) as fc.Arbitrary<Omit<EventRecord, 'id'>>
}

const ids = [
  '1',
  '10',
  '2',
  'ann',
  'Ann',
  "o'neil",
  'é',
  'z',
  '\uff5e',
  '\u{1d4b3}',
  'a b',
  '"q"',
  'p-11',
  'p_11',
]

/** A person with an id of its own. Ids of events begin with it, so that they are unique in a population. */
export function person(
  options: PeopleOptions = {},
  id: fc.Arbitrary<string> = fc.constantFrom(...ids),
): fc.Arbitrary<Person> {
  return fc
    .record({
      id,
      fields: holder(schema.fields, options),
      tags,
      events: fc.array(event(options), { maxLength: 8 }),
      accounts: memberships((account) => holder(schema.accounts.get(account)!, options)),
    })
    .map(({ events, ...rest }) => ({
      ...rest,
      fields: rest.fields as Record<string, unknown>,
      // Higher positions get lower ids, so that ties of an instant are not in the order of the list.
      tags: tagsOf(rest as Person).map(({ tag, at }) => (at === null ? tag : { tag, at })),
      events: events.map((made, i) => ({ ...made, id: `${rest.id}/${9 - i}` })),
    }))
    .map((made) => settled([made])[0]!)
}

/** A population: ids are unique, and what people say of an account is the same. */
export const people = (options: PeopleOptions = {}): fc.Arbitrary<readonly Person[]> =>
  fc
    .uniqueArray(person(options), { maxLength: options.maxLength ?? 8, selector: ({ id }) => id })
    .map(settled)
