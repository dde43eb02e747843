import { changing } from './changing.ts'
import { sending } from './sending.ts'
import { at, json, person, segment, segments } from './shared.ts'
import type { CommandSpec, FlagSpec } from './spec.ts'

// The table of commands: reading a call, help and completions are made of it. Nothing is loaded for it.

/** The shells that there are completions for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** The flags of every command. */
export const globalFlags = {
  config: {
    kind: 'text',
    short: 'c',
    value: 'file',
    about: 'The configuration; segmentry.config.ts here or further up unless told',
  },
  verbose: { kind: 'switch', about: 'Show where an error comes from' },
  help: { kind: 'switch', short: 'h', about: 'Show this help' },
} as const satisfies Readonly<Record<string, FlagSpec>>

/** The commands, in the order of the help. */
export const specs = {
  init: {
    about: 'Begin: look through a database, and write a configuration, a schema, a source and first segments',
    more: [
      'The database is only read. Files that are there already stay as they are; then nothing is written, and it ends with 2.',
      'It is the one of --database, --pglite or the variable DATABASE_URL. No file that is written has an address or a password.',
    ],
    places: [],
    flags: {
      database: { kind: 'text', value: 'url', about: 'The database; what DATABASE_URL says unless told' },
      pglite: { kind: 'text', value: 'folder', about: 'A folder of the embedded Postgres instead' },
      schema: {
        kind: 'text',
        value: 'names',
        about: 'Which schemas of the database are looked at, with commas between them; public unless told',
      },
      people: {
        kind: 'text',
        value: 'table',
        about: 'The table with a row a person, where it is not clear which one that is',
      },
      layout: {
        kind: 'switch',
        about: 'Begin with the tables that Segmentry makes, and an example, in place of tables of yours',
      },
      yes: { kind: 'switch', about: 'With --layout: make the tables now' },
      ci: {
        kind: 'choice',
        among: ['github', 'gitlab', 'none'],
        about:
          'Whose pipeline plans and applies; gitlab where there is a .gitlab-ci.yml, else github, unless told',
      },
      dir: { kind: 'text', value: 'folder', about: 'Where to write; here unless told' },
      'dry-run': { kind: 'switch', about: 'Print the files, and write none' },
      json,
    },
  },
  serve: {
    about: 'Answer splits, memberships and explanations over HTTP',
    more: [
      'Callers send a key of the configuration (serve.keys) or of the variable SEGMENTRY_KEYS.',
      'SIGTERM and SIGINT stop it when what runs has been answered; a second one stops it at once.',
    ],
    places: [],
    flags: {
      port: {
        kind: 'whole',
        short: 'p',
        value: 'number',
        most: 65_535,
        about: 'Where to listen; 8080 unless told, 0 for one that is free',
      },
      host: { kind: 'text', value: 'address', about: 'What to listen on; 127.0.0.1 unless told' },
      insecure: { kind: 'switch', about: 'Let everybody in; on an address of this machine only' },
      log: {
        kind: 'choice',
        among: ['text', 'json', 'off'],
        about: 'How each request is told: text, json or off; text unless told',
      },
    },
  },
  count: {
    about: 'How many people are in segments; in all of them unless some are named',
    places: [segments],
    flags: { at, json },
  },
  members: {
    about: 'The people in a segment, an id a line, in the order of ids',
    places: [segment],
    flags: {
      limit: { kind: 'whole', value: 'number', about: 'How many people at most; all unless told' },
      after: { kind: 'text', value: 'person', about: 'Go on after this person' },
      snapshot: {
        kind: 'switch',
        about: 'All of them as they are at one instant of the database, in one transaction',
      },
      at,
      json,
    },
  },
  export: {
    about: 'The people in a segment with their fields, as CSV, lines of JSON or Parquet',
    more: [
      'All are as they are at one instant, in the order of ids. Fields that are sensitive are left out unless --sensitive is said.',
      'A file has its name when it is whole; until then it is <file>.part.',
    ],
    places: [{ ...segment, optional: true }],
    flags: {
      all: {
        kind: 'switch',
        about: 'Everybody who is in any segment, with the keys of those that they are in',
      },
      format: {
        kind: 'choice',
        among: ['csv', 'ndjson', 'parquet'],
        about: 'How people are written; csv unless told',
      },
      fields: {
        kind: 'text',
        value: 'names',
        about: 'Which fields stand beside the id, with commas between them; none unless told',
      },
      'with-fields': { kind: 'switch', about: 'All fields' },
      sensitive: { kind: 'switch', about: 'Export fields that are text().sensitive() too' },
      spreadsheet: {
        kind: 'switch',
        about: "CSV for a spreadsheet: what it would take for a formula begins with ' then",
      },
      out: {
        kind: 'text',
        short: 'o',
        value: 'file',
        about: 'Where to write; the standard output unless told',
      },
      at,
    },
  },
  which: {
    about: 'The segments that people are in',
    more: ['Ends with 1 when somebody is not in the population.'],
    places: [{ ...person, many: true }],
    flags: { at, json },
  },
  explain: {
    about: 'Why a person is in a segment, or is not: each filter with the value found',
    more: ['Ends with 1 when the person is not in the segment. Values of text().sensitive() are not shown.'],
    places: [person, segment],
    flags: { at, json },
  },
  check: {
    about:
      'What is wrong or odd: in segments, in the data, and in what they cost; of all segments unless some are named',
    more: [
      'Ends with 1 when something of the severity of --fail-on was found. Nothing is changed, neither files nor the database.',
      'Where some segments are named, of the data is told what they look at.',
    ],
    places: [segments],
    flags: {
      'no-data': {
        kind: 'switch',
        about: 'Leave the rows of tables alone: the catalog and the planner are asked',
      },
      offline: {
        kind: 'switch',
        about: 'Ask no database at all: only what is proven of segments and splits',
      },
      format: {
        kind: 'choice',
        among: ['text', 'json', 'sarif'],
        about: 'How it is printed; text unless told',
      },
      'fail-on': {
        kind: 'choice',
        among: ['error', 'warning', 'never'],
        about: 'From which severity on it ends with 1; error unless told',
      },
      fix: {
        kind: 'switch',
        about:
          'Print the segments without what says nothing, as TypeScript to put in place of theirs; needs no database',
      },
    },
  },
  sql: {
    about: 'The query that lists the members of a segment',
    places: [segment],
    flags: {
      mode: {
        kind: 'choice',
        among: ['set', 'point'],
        about: 'The form for everybody (set) or for few people (point); set unless told',
      },
      at,
      json,
    },
  },
  list: {
    about: 'The segments that there are',
    places: [],
    flags: {
      keys: { kind: 'switch', about: 'Print the keys alone, one a line' },
      definitions: { kind: 'switch', about: 'Print the definitions as JSON, as plan --base reads them' },
      json,
    },
  },
  describe: {
    about: 'Segments in English; all of them unless some are named',
    places: [segments],
    flags: { json },
  },
  graph: {
    about: 'Which segments are made of which others',
    places: [],
    flags: {
      format: {
        kind: 'choice',
        among: ['text', 'mermaid'],
        about: 'A tree of text, or a diagram of Mermaid; text unless told',
      },
      json,
    },
  },
  ...changing,
  ...sending,
  completions: {
    about: 'What a shell needs to complete commands, flags, segments and broadcasts',
    more: [
      'bash: eval "$(segmentry completions bash)"',
      'zsh:  eval "$(segmentry completions zsh)", after compinit',
      'fish: segmentry completions fish | source',
    ],
    places: [{ name: 'shell', among: shells }],
    flags: {},
  },
} as const satisfies Readonly<Record<string, CommandSpec>>

/** The name of a command. */
export type CommandName = keyof typeof specs
