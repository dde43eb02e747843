import { choice, decimal, defineSchema, object, text } from '@segmentry/core'
import { expect, test } from 'tstyche'
import { compileMessage, type Message } from '../src/index.ts'

const schema = defineSchema({
  fields: {
    state: text(),
    plan: choice('free', 'pro'),
    spent: decimal(2),
    address: object({ city: text() }),
  },
})
const from = 'Acme <news@acme.example>'

test('a message of known fields', () => {
  const made = compileMessage(
    {
      from,
      subject: 'News for {{ person.state }}',
      html: '<p>{% if person.plan == "pro" %}{{person.address.city|upcase}}{% endif %} In person. {{ unsubscribe.url }}</p>',
      defaults: { spent: '0.00', 'address.city': 'your town' },
    },
    schema,
  )
  expect(made).type.toBe<Promise<Message>>()
  // What is no literal is checked when it is compiled.
  compileMessage({ from, subject: 'Hello', html: '' as string }, schema)
})

test('a name that is not known', () => {
  // @ts-expect-error unknown field 'stat' - did you mean 'state'?
  compileMessage({ from, subject: 'News for {{ person.stat }}', text: 'x' }, schema)
  // @ts-expect-error unknown field 'plann' - did you mean 'plan'?
  compileMessage({ from, subject: 'x', html: '{% if person.plann %}b{% endif %}' }, schema)
  // @ts-expect-error unknown field 'zip'
  compileMessage({ from, subject: 'x', text: 'a {{ person.state | default: person.zip }}' }, schema)
  // @ts-expect-error 'stat' does not exist
  compileMessage({ from, subject: 'x', text: 'y', defaults: { stat: 'CA' } }, schema)
})

test('a key that is not known', () => {
  // @ts-expect-error 'htlm' does not exist
  compileMessage({ from, subject: 'x', htlm: 'y' }, schema)
  // @ts-expect-error Property 'subject' is missing
  compileMessage({ from, text: 'y' }, schema)
})
