import type { Outgoing } from '../../src/index.ts'

let last = 0

/** A message that nobody else has. */
export function outgoing(change: Partial<Outgoing> = {}): Outgoing {
  const person = String((last += 1))
  return {
    key: `spring-${person}`,
    broadcast: 'spring',
    person,
    to: `person${person}@example.com`,
    from: 'Ann <ann@shop.example>',
    subject: 'Spring sale',
    html: '<p>Spring</p>',
    text: 'Spring',
    headers: {},
    attachments: [],
    ...change,
  }
}

/** A signal that never aborts. */
export const going = new AbortController().signal
