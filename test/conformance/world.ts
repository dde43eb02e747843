import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  type Field,
  type FieldInfo,
  integer,
  list,
  number,
  object,
  openTags,
  type Person,
  type Schema,
  type SchemaInput,
  text,
  timestamp,
  type ValueType,
  version,
} from '@segmentry/core'
import { readable } from '../../packages/postgres/src/compile/text.ts'
import { Dice } from './dice.ts'
import type { Layout } from './layouts.ts'
import { type Names, namesOf, oddValues, twin } from './names.ts'
import { renamedPeople, renamedSegments, type Uses } from './renamed.ts'
import type { Round } from './rounds.ts'
import { schema as plain } from './schema.ts'

// A round in a world of its own: a schema made of what the definitions ask about and of some of the rest, all under names that
// are drawn, beside fields and events whose names differ from theirs in case alone and whose values are others.

/** A round under other names, and the schema that knows them. */
export interface World {
  readonly dice: Dice
  readonly round: Round
  readonly schema: Schema
  /** Groupings of which a person belongs to at most one account. */
  readonly single: ReadonlySet<string>
}

type Infos = ReadonlyMap<string, FieldInfo>
type Fields = Record<string, Field>

/** The world that a seed makes of a round; the seed 0 makes the one there always was. */
export function worldOf(seed: number, round: Round): World {
  const dice = new Dice(seed)
  const names = namesOf(dice)
  const { segments, uses } = renamedSegments(round.segments, names)
  const maker = new Maker(dice, names, uses)
  const events = dice.shuffled(
    'events',
    [...plain.events].filter(([name]) => uses.events.has(name) || !dice.once(`no event ${name}`, 3)),
    ([name]) => name,
  )
  const declared = new Map(
    events.map(([name, infos]) => [names.event(name), maker.holder(infos, 'properties')]),
  )
  const twins = new Map<string, string>()
  const eventNames = [...declared.keys()]
  for (const name of eventNames) {
    const other = twin(name)
    if (!dice.once(`twin of event ${name}`, 2) || !isEvent.test(other) || declared.has(other)) continue
    twins.set(name, other)
    declared.set(other, declared.get(name)!)
  }
  const accounts = [...plain.accounts].filter(
    ([name]) => uses.accounts.has(name) || !dice.once(`no account ${name}`, 3),
  )
  const holders = new Map(
    accounts.map(([name, infos]) => [names.account(name), maker.holder(infos, 'properties')]),
  )
  const fields = maker.holder(plain.fields, 'fields')
  const schema = defineSchema({
    zone: dice.pick('zone', [plain.zone!, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC']),
    weekStart: dice.pick('week', [plain.weekStart!, 1, 3]),
    yearStart: dice.pick('year', [plain.yearStart!, 1, 10]),
    fields: fields.declared,
    tags: dice.pick<NonNullable<SchemaInput['tags']>>('tags', [
      openTags('VIP', 'churned'),
      [...uses.tags, '__proto__', "it's \"'\\"],
      openTags('__proto__'),
    ]),
    events: Object.fromEntries([...declared].map(([name, one]) => [name, one.declared])),
    accounts: Object.fromEntries([...holders].map(([name, one]) => [name, one.declared])),
  })
  const besides = (person: Person): Person => ({
    ...person,
    fields: fields.besides(person.fields ?? {}),
    events: (person.events ?? []).flatMap((event) => {
      const made = {
        ...event,
        ...(event.properties && {
          properties: declared.get(event.name)?.besides(event.properties) ?? event.properties,
        }),
      }
      const other = twins.get(event.name)
      return other === undefined ? [made] : [made, { ...made, name: other, id: `${event.id}~` }]
    }),
    ...(person.accounts && {
      accounts: person.accounts.map((one) => ({
        ...one,
        fields: holders.get(one.account)?.besides(one.fields ?? {}) ?? one.fields!,
      })),
    }),
  })
  return {
    dice,
    round: {
      ...round,
      segments,
      populations: round.populations.map((people) => renamedPeople(people, names, besides)),
    },
    schema,
    single: new Set([names.account('company')]),
  }
}

const [isKey, isEvent] = [/^[\p{L}_$][\p{L}\p{N}_$ -]*$/u, /^[\p{L}_$][\p{L}\p{N}_$ .:/-]*$/u]

/** What is declared of one holder of values, and a holder with the values of what is beside. */
interface Holder {
  readonly declared: Fields
  readonly besides: (values: Readonly<Record<string, unknown>>) => Record<string, unknown>
}

class Maker {
  readonly #dice: Dice
  readonly #names: Names
  readonly #uses: Uses

  constructor(dice: Dice, names: Names, uses: Uses) {
    this.#dice = dice
    this.#names = names
    this.#uses = uses
  }

  /** Fields or properties that are asked about, some others, and twins that have the values of their neighbours. */
  holder(infos: Infos, of: 'fields' | 'properties'): Holder {
    const declared = new Map(Object.entries(this.#fields(infos, [], (info) => this.#keeps(info, of))))
    const from = new Map<string, string>()
    const own = [...declared.keys()]
    for (const [i, key] of own.entries()) {
      const field = declared.get(key)!
      const other = twin(key)
      if (field.parts || !this.#dice.once(`twin of ${key}`, 3) || !isKey.test(other)) continue
      if (this.#names.isTaken(other) || declared.has(other)) continue
      declared.set(other, field)
      from.set(other, own[(i + 1) % own.length]!)
    }
    return {
      declared: Object.fromEntries(this.#dice.shuffled('with twins', [...declared], ([key]) => key)),
      besides: (values) => ({
        ...values,
        ...Object.fromEntries(
          [...from].flatMap(([other, one]) => (Object.hasOwn(values, one) ? [[other, values[one]]] : [])),
        ),
      }),
    }
  }

  #keeps({ name }: FieldInfo, of: 'fields' | 'properties'): boolean {
    const used = this.#uses[of]
    const isUsed = [...used].some((one) => one === name || one.startsWith(`${name}.`))
    return isUsed || !this.#dice.once(`without ${name}`, 2)
  }

  #fields(infos: Infos, parents: readonly string[], keeps: (info: FieldInfo) => boolean): Fields {
    const here = [...infos.values()].filter(
      ({ path }) => path.length === parents.length + 1 && parents.every((key, i) => path[i] === key),
    )
    const kept = this.#dice.shuffled('fields', here.filter(keeps), ({ name }) => name)
    return Object.fromEntries(
      kept.map((info) => {
        const { name, path, type, isRequired } = info
        const field =
          type.kind === 'object'
            ? object(this.#fields(infos, path, keeps))
            : this.#typed(type, `values of ${name}`)
        const needed = isRequired !== this.#dice.once(`${name} is required`, 4) ? field.required() : field
        return [
          this.#names.key(path.at(-1)!),
          this.#dice.once(`${name} is sensitive`, 4) ? needed.sensitive() : needed,
        ] as const
      }),
    )
  }

  #typed(type: ValueType, of: string): Field {
    switch (type.kind) {
      case 'text':
        return text()
      case 'version':
        return version()
      case 'integer':
        return integer()
      case 'number':
        return number()
      case 'decimal':
        return decimal(type.scale)
      case 'boolean':
        return boolean()
      case 'date':
        return date()
      case 'timestamp':
        return timestamp()
      case 'choice': {
        const more = this.#dice.isPlain
          ? []
          : oddValues.filter((value) => this.#dice.once(`${of} ${value}`, 2))
        return choice(...(this.#dice.shuffled(of, [...type.values, ...more]) as [string, ...string[]]))
      }
      case 'list':
        return list(this.#typed(type.of, of))
      case 'object':
        return object(this.#fields(type.parts!, [], () => true))
    }
  }
}

/** A world for who has to find the cause of a difference: what its schema declares, and its tables. */
export const toldWorld = ({ schema }: World, { name, create }: Layout): string => {
  const declared = [...schema.fields.values(), ...schema.events, ...schema.accounts].map((one) =>
    JSON.stringify(one, (_, value: unknown) => (value instanceof Map ? [...value.values()] : value)),
  )
  const statements = create.map((one) => readable(one).sql)
  return [`Schema:\n${declared.join('\n')}`, `Tables, ${name}:\n${statements.join(';\n')}`].join('\n\n')
}
