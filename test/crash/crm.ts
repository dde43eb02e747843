import { defineSchema, type SchemaOf, segmentry, text } from '@segmentry/core'
import { defineBroadcast, type Broadcast } from '@segmentry/broadcast'
import { compileMessage } from '@segmentry/broadcast'

// What the workers of the crash test send.

export const schema = defineSchema({ fields: { email: text(), name: text() } })
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)

export const broadcast = async (): Promise<Broadcast> =>
  defineBroadcast(schema, {
    key: 'crash',
    audience: { include: { everyone: segment().group((g) => g.everyone()) } },
    address: 'email',
    message: await compileMessage(
      {
        from: 'Acme <news@acme.example>',
        subject: 'News for {{ person.name }}',
        text: 'Hello {{ person.name }}',
        unsubscribe: 'none',
      },
      schema,
    ),
  })
