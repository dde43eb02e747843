import type { Batch } from '@segmentry/postgres'

/** Eight people, as a form or an import would bring them. */
export const people = (now: Date): Batch => ({
  people: [
    { id: 'ann', fields: { email: 'ann@example.com', name: 'Ann', plan: 'pro', optedOut: false } },
    { id: 'bob', fields: { email: 'bob@example.com', plan: 'free', optedOut: false } },
    { id: 'cid', fields: { email: 'cid@example.com', name: 'Cid', plan: 'pro', optedOut: true } },
    { id: 'dan', fields: { email: 'dan@example.com', name: 'Dan', plan: 'pro' } },
    { id: 'eve', fields: { email: 'EVE@example.com', name: 'Eve', plan: 'pro' } },
    { id: 'eve-old', fields: { email: 'eve@example.com', name: 'Eve', plan: 'pro' } },
    { id: 'fay', fields: { name: 'Fay', plan: 'pro' } },
    { id: 'gus', fields: { email: 'gus@example.com', name: 'Gus', plan: 'free' } },
  ],
  tags: [{ person: 'dan', add: ['churned'] }],
  events: ['bob', 'dan'].map((person) => ({ person, id: `login-${person}`, name: 'login', at: now })),
})
