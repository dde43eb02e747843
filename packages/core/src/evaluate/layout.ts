import type { FieldInfo, Schema } from '../schema/schema.ts'

/** Values by position instead of by name: where each field, and each property of an event, has its slot. */
export interface Slots {
  readonly infos: readonly FieldInfo[]
  readonly byName: ReadonlyMap<string, number>
}

/** The slots of a schema's people. */
export interface Layout {
  readonly fields: Slots
  readonly events: ReadonlyMap<string, { readonly slot: number; readonly properties: Slots }>
  readonly accounts: ReadonlyMap<string, { readonly slot: number; readonly fields: Slots }>
}

/** A slot for each, in their order. */
export const slotsOf = (infos: ReadonlyMap<string, FieldInfo>): Slots => ({
  infos: [...infos.values()],
  byName: new Map([...infos.keys()].map((name, slot) => [name, slot])),
})

const layouts = new WeakMap<Schema, Layout>()

/** The layout of a schema, made once. */
export function layoutOf(schema: Schema): Layout {
  let layout = layouts.get(schema)
  if (layout === undefined) {
    const events = [...schema.events].map(
      ([name, properties], slot) => [name, { slot, properties: slotsOf(properties) }] as const,
    )
    const accounts = [...schema.accounts].map(
      ([name, fields], slot) => [name, { slot, fields: slotsOf(fields) }] as const,
    )
    layout = { fields: slotsOf(schema.fields), events: new Map(events), accounts: new Map(accounts) }
    layouts.set(schema, layout)
  }
  return layout
}
