import { plain } from './text.ts'

/** What a project was begun with, as far as it says what to do next. */
export interface Begun {
  /** The folder, from where the command was called. */
  readonly folder: string
  /** The folder of an embedded database, as the configuration names it. */
  readonly pglite?: string
  /** Whether nobody has said where the database is but the call itself. */
  readonly isUnset: boolean
  /** The schema of the database with the default tables, and whether they were made. */
  readonly layout?: string
  readonly isMade: boolean
  readonly ci: 'github' | 'gitlab' | 'none'
  /** Whether a pipeline was there, and has to include the jobs. */
  readonly isIncluding: boolean
}

/** What to do next. */
export function nextText(begun: Begun, style: (text: string) => string): string {
  const { folder, isUnset } = begun
  const before = [
    ...(folder === '' ? [] : [`cd ${plain(folder)}`]),
    ...(isUnset ? ['export DATABASE_URL=…      # or write it into .env: no file has the address'] : []),
  ]
  return [
    ...layoutLines(begun),
    style('Next'),
    ...before.map((line) => `  ${line}`),
    '  npx segmentry count        # how many people are in each segment',
    '  npx segmentry check        # what is odd in the segments and in the data',
    '  npx segmentry plan         # what the branch changes: now every segment is new',
    ...pipelineLines(begun),
  ].join('\n')
}

function layoutLines({ layout, isMade, pglite }: Begun): readonly string[] {
  if (layout === undefined) return []
  const example = 'The schema and the segments are an example: change them to what you know of people.'
  if (isMade) return [`The tables are made, in the schema '${layout}'. ${example}`, '']
  const store =
    pglite === undefined
      ? '{ connectionString: process.env.DATABASE_URL }'
      : `{ pglite: new PGlite('${pglite}') }`
  return [
    example,
    `A program of yours makes the tables, with @segmentry/postgres: await openStore(schema, ${store})`,
    '',
  ]
}

function pipelineLines({ ci, isIncluding }: Begun): readonly string[] {
  if (ci === 'none') return []
  if (ci === 'github')
    return ['The workflow wants the secret DATABASE_URL, of a role that reads people and writes revisions.']
  const more = isIncluding ? ' Let .gitlab-ci.yml include them: - local: .gitlab/segments.yml' : ''
  return [`The jobs want the variables DATABASE_URL and SEGMENTRY_GITLAB_TOKEN.${more}`]
}
