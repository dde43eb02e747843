import { compileMessage, defineBroadcast } from '@segmentry/broadcast'
import {
  boolean,
  choice,
  defineSchema,
  defineSegments,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'

// Who is known, who is meant, and what they are told.

export const schema = defineSchema({
  fields: { email: text(), name: text(), plan: choice('free', 'pro'), optedOut: boolean() },
  tags: ['VIP', 'churned'],
  // Those of messages come from the ledger of broadcasts.
  events: {
    login: {},
    sent: { campaign: text() },
    opened: { campaign: text() },
    clicked: { campaign: text(), url: text() },
  },
})
export interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

export const segments = defineSegments({
  pro: segment().group((g) => g.field('plan', 'pro')),
  active: segment().group((g) => g.event('login', (e) => e.within('30 days'))),
  churned: segment().group((g) => g.tag('churned')),
  opened: segment().group((g) => g.event('opened', (e) => e.where('campaign', 'spring'))),
  interested: segment().group((g) => g.event('clicked', (e) => e.where('campaign', 'spring'))),
})

export const spring = defineBroadcast(schema, {
  key: 'spring',
  audience: {
    include: { pro: segments.pro, active: segments.active },
    exclude: { churned: segments.churned },
  },
  address: 'email',
  topic: 'news',
  optOut: { field: 'optedOut', missing: 'send' },
  message: await compileMessage(
    {
      from: 'Acme <news@acme.example>',
      subject: 'Spring, {{ person.name }}',
      html: `<p>Hello {{ person.name }},</p>
<p>{% if person.plan == 'pro' %}your plan has something new.{% else %}there is something new.{% endif %}
<a href="https://acme.example/spring">Look</a></p>
<p><a href="{{ unsubscribe.url }}">No more news</a></p>`,
      defaults: { name: 'friend' },
    },
    schema,
  ),
})
