import type { FlagSpec, PlaceSpec } from './spec.ts'

// Flags and places that several commands have.

export const json = { kind: 'switch', about: 'Print JSON' } as const satisfies FlagSpec
export const at = {
  kind: 'instant',
  value: 'instant',
  about: "The clock to ask by, such as 2026-11-24T09:30:00Z; the database's own unless told",
} as const satisfies FlagSpec

export const segment = { name: 'segment' } as const satisfies PlaceSpec
export const segments = { name: 'segment', many: true, optional: true } as const satisfies PlaceSpec
export const person = { name: 'person' } as const satisfies PlaceSpec
export const broadcast = { name: 'broadcast' } as const satisfies PlaceSpec
export const revision = { name: 'revision' } as const satisfies PlaceSpec

export const author = {
  kind: 'text',
  value: 'name',
  about: 'Who does it; who you are for git unless told',
} as const satisfies FlagSpec
export const commit = {
  kind: 'text',
  value: 'text',
  about: 'The version of the code; what is checked out in git unless told',
} as const satisfies FlagSpec
export const expects = {
  kind: 'whole',
  value: 'revision',
  about: 'The revision that was looked at, 0 for none; with another one in between nothing is done',
} as const satisfies FlagSpec
