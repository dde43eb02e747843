import { at, broadcast, json, person } from './shared.ts'
import type { CommandSpec } from './spec.ts'

/** The commands about broadcasts. */
export const sending = {
  broadcasts: {
    about: 'The broadcasts that there are, and how far each is',
    places: [],
    flags: { keys: { kind: 'switch', about: 'Print the keys alone, one a line; needs no database' }, json },
  },
  broadcast: {
    about: 'What a broadcast would do, by reason; once it is sent, how far it is',
    places: [broadcast],
    flags: {
      at: {
        ...at,
        about: "The clock to plan by, such as 2026-11-24T09:30:00Z; the database's own unless told",
      },
      json,
    },
  },
  send: {
    about: 'Send a broadcast from here, or go on with it',
    more: [
      'The first call fixes the audience and wants the count of the plan confirmed; later ones go on, and help others that send.',
      'Ctrl-C stops when what is in hand is through, a second one at once. Ends with 1 when it is paused or cancelled.',
    ],
    places: [broadcast],
    flags: {
      confirm: { kind: 'whole', value: 'number', about: 'How many people the plan said are sent to' },
      tolerance: {
        kind: 'share',
        value: 'share',
        about: 'By what share the count may have moved since, such as 0.02; not at all unless told',
      },
      test: {
        kind: 'text',
        value: 'addresses',
        about: 'Send it to these addresses instead, with commas between them, and write nothing down',
      },
      as: {
        kind: 'text',
        value: 'person',
        about: 'Whom a test is made for; the first of those who would be sent to unless told',
      },
      json: { kind: 'switch', about: 'Print a line of JSON for each state of progress' },
    },
  },
  pause: {
    about: 'Let nobody hand over more of a broadcast; its senders end',
    places: [broadcast],
    flags: { reason: { kind: 'text', value: 'text', about: 'Why, for those who look' }, json },
  },
  resume: {
    about: 'Let a paused broadcast be sent again, by the next send',
    places: [broadcast],
    flags: { json },
  },
  cancel: {
    about: 'End a broadcast for good; who was not sent to is not',
    places: [broadcast],
    flags: { json },
  },
  recipient: {
    about: 'What became of a person in a broadcast, and why',
    more: [
      'Ends with 1 when the person was not meant. An address in a field that is text().sensitive() is not shown.',
    ],
    places: [broadcast, person],
    flags: { json },
  },
  resolve: {
    about: 'Say what became of messages of which nobody knows whether they were delivered',
    more: ['Without people it is about all of them. What is to be sent again is by the next send.'],
    places: [broadcast, { ...person, many: true, optional: true }],
    flags: {
      as: {
        kind: 'choice',
        among: ['sent', 'resend'],
        about: 'They were delivered, or they are to be sent again',
      },
      json,
    },
  },
} as const satisfies Readonly<Record<string, CommandSpec>>
