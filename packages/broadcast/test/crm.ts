import { boolean, defineSchema, defineSegments, type SchemaOf, segmentry, text } from '@segmentry/core'
import { type Backend } from '../../../test/conformance/database.ts'
import { openStore, type PersonInput, type Store } from '@segmentry/postgres'
import { type Broadcasts, openBroadcasts } from '../src/index.ts'

// A small CRM in the default layout, for tests.

export const schema = defineSchema({
  fields: { email: text(), firstName: text(), zone: text(), optedOut: boolean(), plan: text() },
  tags: ['vip', 'churned', 'staff'],
  events: { opened: {} },
})
export interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

export const segments = defineSegments({
  everyone: segment().group((g) => g.everyone()),
  vip: segment().group((g) => g.tag('vip')),
  pro: segment().group((g) => g.field('plan', 'pro')),
  churned: segment().group((g) => g.tag('churned')),
  staff: segment().group((g) => g.tag('staff')),
})

export interface CrmPerson extends PersonInput {
  readonly tags?: readonly string[]
}

/** A person with an address of their own. */
export const person = (id: string, fields: PersonInput['fields'] = {}, ...tags: string[]): CrmPerson => ({
  id,
  fields: { email: `${id}@example.com`, ...fields },
  tags,
})

/** The CRM with people in it, and broadcasts over them. */
export interface OpenCrm {
  readonly store: Store
  readonly broadcasts: Broadcasts
  add(...people: readonly CrmPerson[]): Promise<void>
  close(): Promise<void>
}

let schemas = 0

/** Opens the CRM in a schema of its own. */
export async function openCrm(backend: Backend, ...people: readonly CrmPerson[]): Promise<OpenCrm> {
  const name = `crm_${(schemas += 1)}`
  const store = await openStore(schema, backend.connection, { schema: name })
  const broadcasts = await openBroadcasts(store.source, backend.connection, { schema: `${name}_broadcast` })
  const add = async (...given: readonly CrmPerson[]): Promise<void> => {
    await store.ingest({
      people: given.map(({ id, fields }) => ({ id, ...(fields && { fields }) })),
      tags: given.flatMap(({ id, tags = [] }) => (tags.length > 0 ? [{ person: id, add: tags }] : [])),
    })
  }
  await add(...people)
  return {
    store,
    broadcasts,
    add,
    close: async () => {
      await broadcasts.close()
      await store.close()
    },
  }
}
