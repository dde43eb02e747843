import type { FieldInfo, ValueType } from '@segmentry/core'
import { column, json, type Place } from '@segmentry/postgres'
import { type RawBuilder, sql } from 'kysely'
import type { Dice } from './dice.ts'
import { oddIdentifiers } from './names.ts'
import { own, storable, utc } from './layouts.ts'

// Where the fields of people, the properties of events and the fields of accounts are kept in tables of random form.

export type Sql = RawBuilder<unknown>

/** A row as JSON; without a prototype, so that every name is only a name. */
export type Row = Record<string, unknown>

export function rowOf(...entries: readonly (readonly [string, unknown])[]): Row {
  const row = Object.create(null) as Row
  for (const [name, value] of entries) row[name] = value
  return row
}

/** A column of a table. */
export interface Column {
  readonly name: string
  readonly type: Sql
}

/** Names that no other part of a table, or of a schema, has. */
export class Identifiers {
  readonly #left: string[]
  #more = 0

  constructor(dice: Dice, of: string, fits: (name: string) => boolean = () => true) {
    this.#left = [...dice.shuffled(`names ${of}`, oddIdentifiers.filter(fits))]
  }

  next(): string {
    return this.#left.pop() ?? `"more" ${this.#more++}`
  }
}

/** How the values of one holder lie in a table. */
export interface Shelf {
  readonly places: Readonly<Record<string, Place>>
  readonly columns: readonly Column[]
  /** Types that have to be there before. */
  readonly types: readonly Sql[]
  /** What its columns hold of some values. */
  readonly row: (values: unknown) => readonly (readonly [string, unknown])[]
}

type Values = (holder: unknown) => unknown

/** Puts each field into a column or under keys of a document. */
export function shelfOf(
  dice: Dice,
  of: string,
  infos: ReadonlyMap<string, FieldInfo>,
  names: Identifiers,
  newType: () => Sql,
): Shelf {
  const places: Record<string, Place> = {}
  const columns: Column[] = []
  const types: Sql[] = []
  const values: (readonly [string, Values])[] = []
  const documents = [names.next(), names.next()] as const
  const keys = new Identifiers(dice, `keys ${of}`)
  const documented: (readonly [document: string, path: readonly string[], value: Values])[] = []
  const columnType = (type: ValueType, label: string): Sql | undefined => {
    switch (type.kind) {
      case 'text':
        return dice.pick(`type ${label}`, [sql`text`, sql`varchar(300)`, sql`text collate "C"`])
      case 'version':
        return sql`text`
      case 'choice': {
        if (!dice.once(`enum ${label}`, 2)) return sql`text`
        const name = newType()
        types.push(sql`create type ${name} as enum (${sql.join(type.values.map((value) => sql.lit(value)))})`)
        return name
      }
      case 'integer':
        return dice.pick(`type ${label}`, [sql`bigint`, sql`numeric`, sql`numeric(20,0)`])
      case 'number':
        return sql`double precision`
      case 'decimal':
        return dice.pick(`type ${label}`, [sql`numeric`, sql`numeric(${sql.lit(18)},${sql.lit(type.scale)})`])
      case 'boolean':
        return sql`boolean`
      case 'date':
        return sql`date`
      case 'timestamp':
        return sql`timestamptz`
      case 'list': {
        const element = type.of.kind === 'text' ? sql`text` : columnType(type.of, label)
        return element && sql`${element}[]`
      }
      case 'object':
        return undefined
    }
  }
  for (const info of infos.values()) {
    const { name, path, type } = info
    const label = `${of} ${name}`
    const inside = path.length > 1
    const typed = dice.once(`column ${label}`, inside ? 4 : 2) ? columnType(type, label) : undefined
    if (typed !== undefined) {
      const called = names.next()
      const isUtc = type.kind === 'timestamp' && dice.once(`utc ${label}`, 2)
      places[name] = column(called, isUtc ? { zone: 'UTC' } : {})
      columns.push({ name: called, type: isUtc ? sql`timestamp` : typed })
      values.push([
        called,
        (holder) => {
          const stored = storable(type, own(holder, path))
          return isUtc && stored !== null ? utc(stored as string) : stored
        },
      ])
      continue
    }
    // The parts of an object lie in its document.
    if (inside) continue
    const value: Values = (holder) => own(holder, path)
    if (type.kind === 'object' && dice.once(`document ${label}`, 3)) {
      const called = names.next()
      places[name] = column(called)
      columns.push({ name: called, type: sql`jsonb` })
      values.push([called, value])
      continue
    }
    const document = dice.pick(`in ${label}`, documents)
    const key = keys.next()
    const under = dice.pick(`under ${label}`, [[key], [key, '__proto__'], [key, 'a"b', '0']])
    places[name] = json(document, ...under)
    documented.push([document, under, value])
  }
  const stored = (document: string, holder: unknown): Row => {
    const root = rowOf()
    for (const [, path, value] of documented.filter(([one]) => one === document)) {
      const found = value(holder)
      if (found === undefined) continue
      let at = root
      for (const key of path.slice(0, -1)) at = (at[key] ??= rowOf()) as Row
      at[path.at(-1)!] = found
    }
    return root
  }
  return {
    places,
    columns: [...columns, ...documents.map((name) => ({ name, type: sql`jsonb` }))],
    types,
    row: (holder) => [
      ...values.map(([name, value]) => [name, value(holder)] as const),
      ...documents.map((name) => [name, stored(name, holder)] as const),
    ],
  }
}
