import { type Fault, faultsIn } from './fault.ts'

// Mistakes that only odd names, or tables of an odd form, show: nothing is wrong in the world that is always the same.

const postgres = 'packages/postgres/src'

export const worldFaults: readonly Fault[] = [
  ...faultsIn('packages/core/src/definition/dependencies.ts', {
    'a name ends at its colon': [
      '.map((name) => name.slice(prefix.length))',
      ".map((name) => name.split(':')[1]!)",
    ],
  }),
  ...faultsIn(`${postgres}/compile/load.ts`, {
    'a field has what every object has': [
      'Object.create(null) as Record<string, unknown>',
      '({}) as Record<string, unknown>',
    ],
  }),
  ...faultsIn(`${postgres}/source/catalog.ts`, {
    'the quotes of a table are not doubled': [`\`"\${part.replaceAll('"', '""')}"\``, '`"${part}"`'],
  }),
  ...faultsIn(`${postgres}/read/json.ts`, {
    'the quotes of a key are not doubled': ['} ${sql.lit(key)}`)', "} ${sql.raw(`'${key}'`)}`)"],
  }),
  ...faultsIn(`${postgres}/source/bind.ts`, {
    'what an event is called in its table is not looked at': ['table.called ?? name', 'name'],
    'events that refer to people are of the population': [
      'person.collation === people.collation && people.where === undefined',
      'person.collation === people.collation',
    ],
  }),
]
