import type { CommandSpec, FlagSpec, PlaceSpec } from './spec.ts'

// The table of commands: reading a call, help and completions are made of it. Nothing is loaded for it.

/** The shells that there are completions for. */
export const shells = ['bash', 'zsh', 'fish'] as const

const json = { kind: 'switch', about: 'Print JSON' } as const satisfies FlagSpec
const at = {
  kind: 'instant',
  value: 'instant',
  about: "The clock to ask by, such as 2026-11-24T09:30:00Z; the database's own unless told",
} as const satisfies FlagSpec

const segment = { name: 'segment' } as const satisfies PlaceSpec
const segments = { name: 'segment', many: true, optional: true } as const satisfies PlaceSpec
const person = { name: 'person' } as const satisfies PlaceSpec
const broadcast = { name: 'broadcast' } as const satisfies PlaceSpec
const revision = { name: 'revision' } as const satisfies PlaceSpec

const author = {
  kind: 'text',
  value: 'name',
  about: 'Who does it; who you are for git unless told',
} as const satisfies FlagSpec
const commit = {
  kind: 'text',
  value: 'text',
  about: 'The version of the code; what is checked out in git unless told',
} as const satisfies FlagSpec
const expects = {
  kind: 'whole',
  value: 'revision',
  about: 'The revision that was looked at, 0 for none; with another one in between nothing is done',
} as const satisfies FlagSpec

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
  plan: {
    about: 'What a change of the segments does: who enters, who leaves, and what that sets off',
    more: [
      'The base is where the work began: the commit that this branch and --base have in common, so that what others did since is no change.',
      'Ends with 1 when a change does what --fail-if names: enters, leaves, moves or after, more than (>) or at least (>=) a number or a share',
      "of those who were in the segment; several are parted by commas, such as 'leaves > 5%, enters > 1000'.",
    ],
    places: [],
    flags: {
      base: {
        kind: 'text',
        value: 'base',
        about:
          "A branch, tag or commit of git, 'applied', a file or URL with definitions, or a configuration; main unless told",
      },
      'fail-if': { kind: 'text', value: 'policy', about: 'End with 1 when a change is more than that' },
      format: {
        kind: 'choice',
        among: ['text', 'markdown', 'html', 'json'],
        about: 'For a terminal, a pull request, a browser or a program; text unless told',
      },
      comment: {
        kind: 'switch',
        about: 'Put it on the pull or merge request of this run too, in place of the one before',
      },
      budget: {
        kind: 'text',
        value: 'duration',
        about: 'How long counting may take before it is estimated; 2 minutes unless told',
      },
      samples: {
        kind: 'whole',
        value: 'number',
        most: 100,
        about: 'How many of those who move are shown each way; 3 unless told',
      },
      at,
    },
  },
  apply: {
    about: 'Make the segments of the configuration the ones that hold, as a revision',
    more: [
      'Without --yes it says what would change, and how to go on; it then ends with 1 if anything would.',
      'A segment that a segment, split, flow or broadcast of the configuration uses is not removed.',
    ],
    places: [],
    flags: {
      yes: { kind: 'switch', about: 'Do it' },
      author,
      commit,
      reason: { kind: 'text', value: 'text', about: 'Why, for those who look' },
      expects,
      json,
    },
  },
  history: {
    about: 'The revisions, the last one first; those that changed one segment if it is named',
    places: [{ ...segment, optional: true }],
    flags: { limit: { kind: 'whole', value: 'number', about: 'How many at most; all unless told' }, json },
  },
  at: {
    about: 'The segments as they were defined at a time; one of them if it is named',
    more: ['Fields of people have no history: who was in a segment then is not known.'],
    places: [{ name: 'time' }, { ...segment, optional: true }],
    flags: { json },
  },
  diff: {
    about: 'What differs between two revisions; between one and the last unless told',
    places: [revision, { ...revision, optional: true }],
    flags: { json },
  },
  rollback: {
    about: 'Make the segments of an earlier revision the ones that hold, as a new revision',
    more: ['Nothing is done where some of them do not suit the schema any more.'],
    places: [revision],
    flags: {
      author,
      commit,
      reason: { kind: 'text', value: 'text', about: 'Why, for those who look; it has to be said' },
      expects,
      json,
    },
  },
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
