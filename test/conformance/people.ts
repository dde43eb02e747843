import type { EventRecord, FieldInfo, Kind, Person, ValueType } from '@segmentry/core'
import fc from 'fast-check'
import { memberships, settled } from './accounts.ts'
import { schema } from './schema.ts'
import { base, instantMs, instantText, literalOf, most, textValue, valuesOf } from './values.ts'

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

const unstorableText = ['a\0b', '\ud800', '\udc00x']
const unstorable: readonly unknown[] = [
  unstorableText,
  [NaN, Infinity, -Infinity, new Date(NaN), new Date(8.64e15)],
  [10n, Symbol('s'), () => 1, new Map([['city', 'CA']])],
].flat()

/** Values that look like those of a type and are none. */
const wrongFor: Readonly<Record<Kind, readonly unknown[]>> = {
  text: [{}, { city: 'CA' }, ['CA'], 7, true],
  version: ['v1.2.3', '1.2', '01.2.3', '1.2.3-', '2.0.0-01', 'CA', 1],
  choice: ['gold', 'CA', '', 'Free', 7],
  boolean: ['true', 't', 1, 0, ''],
  integer: ['7', 0.5, 2 ** 53, -(2 ** 53), 1e300, true, '1e3'],
  number: ['7', '1e3', 'infinity', true, ''],
  decimal: [
    ['19.9999', '1000000000000000', '90071992547409.91', '10000000000000.01', '1.', '.5', '1_000', '0x1A'],
    [' 7', '', 1e300, 0.0001, 2 ** 53, true],
  ].flat(),
  date: ['not a date', '2024-02-30', '2026-11-24T00:00:00', '0000-01-01', '10000-01-01', 'infinity', 7],
  timestamp: [
    '2026-11-24T00:00:00',
    '2026-11-24T00:00:60Z',
    '2026-11-24 09:30:00Z',
    '2026-11-24',
    'infinity',
    7,
  ],
  list: ['CA', {}, { city: 'CA' }, 7, ''],
  object: ['CA', 7, true, [], ['CA']],
}

const anyWrong: readonly unknown[] = [...Object.values(wrongFor).flat(), [7, 'x', null], [[]], 0.001]

/** What is stored in place of a value of the type. */
const stray = (kind: Kind, { storable = false }: PeopleOptions): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom(...wrongFor[kind]),
    fc.constantFrom(...anyWrong, ...(storable ? [] : unstorable)),
    ...(kind === 'text' && !storable ? [fc.constantFrom(...unstorableText)] : []),
  )

/** Raw values of one field: most of them are of its type. */
function raw(
  { name, type }: Pick<FieldInfo, 'name' | 'type'>,
  options: PeopleOptions,
): fc.Arbitrary<unknown> {
  const { illTyped = true } = options
  return fc.oneof(
    { weight: 12, arbitrary: valuesOf[name] ?? wellTyped(type, options) },
    { weight: 1, arbitrary: fc.constant(null) },
    ...(illTyped ? [{ weight: 2, arbitrary: stray(type.kind, options) }] : []),
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
    const element =
      options.illTyped === false ? wellTyped(type.of, options) : raw({ name: '', type: type.of }, options)
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

const absent = Symbol('no such key')

/** Four times in five there, so that most people have most values. */
const mostly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(absent) })

/** An object that holds the fields, each of them sometimes left out; objects hold their parts. */
function holder(infos: Infos, options: PeopleOptions, parents: readonly string[] = []): fc.Arbitrary<object> {
  const depth = parents.length
  const here = [...infos.values()].filter(
    ({ path }) => path.length === depth + 1 && parents.every((key, i) => path[i] === key),
  )
  const entries = here.map((info) => {
    const key = info.path[depth]!
    if (info.type.kind !== 'object') return [key, mostly(raw(info, options))] as const
    const value = fc.oneof(
      { weight: 12, arbitrary: holder(infos, options, info.path) },
      { weight: 1, arbitrary: fc.constant(null) },
      ...(options.illTyped === false ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...wrongFor.object) }]),
    )
    return [key, mostly(value)] as const
  })
  return fc
    .record(Object.fromEntries<fc.Arbitrary<unknown>>(entries), { noNullPrototype: true })
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== absent)))
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

type Happened = Omit<EventRecord, 'id'>

/** One event of a name that the schema has, or of another. */
function event(options: PeopleOptions, names: readonly string[]): fc.Arbitrary<Happened> {
  const { storable = false, illTyped = true } = options
  const at: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 19, arbitrary: storable ? instantText : wellTyped({ kind: 'timestamp' }, options) },
    ...(illTyped ? [{ weight: 1, arbitrary: fc.constantFrom<unknown>('soon', null, 7) }] : []),
  )
  const made = names.map((name) => {
    const properties = schema.events.get(name)
    return fc.record(
      { name: fc.constant(name), at, ...(properties && { properties: holder(properties, options) }) },
      { requiredKeys: ['name', 'at'] },
    )
  })
  return fc.oneof(...made) as fc.Arbitrary<Happened>
}

const known = [...schema.events.keys()]

/** Purchases whose sum leaves the safe integers and comes back, so that doubles would lose a part of it. */
const cancelling: fc.Arbitrary<readonly Happened[]> = fc.constant(
  [most, 2, -most].map((quantity, i) => ({
    name: 'purchase',
    at: new Date(base - 3_600_000 + i).toISOString(),
    properties: { quantity },
  })),
)

/** What happened to a person: all sorts of things, or one of them many times. */
const history = (options: PeopleOptions): fc.Arbitrary<readonly Happened[]> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(event(options, [...known, ...known, ...known, 'refunded', 'constructor']), {
        maxLength: 8,
      }),
    },
    ...known.map((name) => ({
      weight: 1,
      arbitrary: fc.array(event(options, [name]), { maxLength: 12 }),
    })),
    { weight: 1, arbitrary: cancelling },
  )

/** The people of the generated world. */
export const ids = [
  ['1', '10', '2', 'ann', 'Ann', "o'neil", 'é', 'z', '\uff5e', '\u{1d4b3}', 'a b', '"q"', 'p-11', 'p_11'],
  ['bob', 'cem', 'dee', 'eva', 'fay', 'gus', 'hal', 'ida'],
].flat()

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
      events: history(options),
      accounts: memberships((account) => holder(schema.accounts.get(account)!, options)),
    })
    .map(({ events, ...rest }) => ({
      ...rest,
      fields: rest.fields as Record<string, unknown>,
      // Higher positions get lower ids, so that ties of an instant are not in the order of the list.
      tags: tagsOf(rest as Person).map(({ tag, at }) => (at === null ? tag : { tag, at })),
      events: events.map((made, i) => ({ ...made, id: `${rest.id}/${99 - i}` })),
    }))
    .map((made) => settled([made])[0]!)
}

/** A population: ids are unique, and what people say of an account is the same. */
export const people = (options: PeopleOptions = {}): fc.Arbitrary<readonly Person[]> =>
  fc
    .uniqueArray(person(options), { maxLength: options.maxLength ?? 8, selector: ({ id }) => id })
    .map(settled)
