import { openEvaluator, type Connection } from '@segmentry/postgres'
import {
  type Database,
  lookAt,
  openDatabase,
  surveyTables,
  toPromise,
  type Looked,
  type Survey,
} from '@segmentry/postgres/effect'
import type { AnySegment } from '@segmentry/core'
import { usage } from '../failure.ts'
import { plain } from '../view/text.ts'
import { declare, type Declared } from './declare.ts'
import type { Findings } from './findings.ts'
import { type Candidate, candidateOf, pickPeople } from './people.ts'
import { findingsOf, looksOf } from './read.ts'
import { everyone, type FirstSegment, ideasOf, taken } from './segments.ts'
import { structureOf } from './structure.ts'

/** What there is in a database, and the first segments of it. */
export interface Found {
  readonly findings: Findings
  readonly declared: Declared
  readonly segments: readonly FirstSegment[]
  /** What speaks for the table of people. */
  readonly because: readonly string[]
}

/** What to look for. */
export interface Where {
  readonly schemas: readonly string[]
  readonly people?: string
}

/** Looks through a database. */
export async function find(connection: Connection, where: Where): Promise<Found> {
  const database = openDatabase(connection, { statementTimeout: '20 seconds' })
  try {
    const survey = await toPromise(surveyTables(database, where.schemas))
    const people = peopleOf(survey, where)
    const structure = structureOf(survey.tables, people)
    const looked = await look(database, looksOf(structure))
    const findings = findingsOf(structure, looked)
    const declared = declare(findings)
    const segments = await firstSegments(findings, declared, connection, looked.get(findings.people.table))
    return { findings, declared, segments, because: people.because }
  } finally {
    await toPromise(database.close)
  }
}

async function look(
  database: Database,
  looks: ReturnType<typeof looksOf>,
): Promise<ReadonlyMap<string, Looked>> {
  const looked = new Map<string, Looked>()
  for (const one of looks) looked.set(one.table, await toPromise(lookAt(database, one)))
  return looked
}

/** The first segments, counted. */
async function firstSegments(
  findings: Findings,
  { schema, source }: Declared,
  connection: Connection,
  people: Looked | undefined,
): Promise<readonly FirstSegment[]> {
  const evaluator = await openEvaluator(source, connection, { statementTimeout: '5 seconds' })
  try {
    const count = async (segment: AnySegment): Promise<number | undefined> => {
      try {
        return await evaluator.count(segment)
      } catch (error) {
        // What takes too long to count is no segment to begin with.
        if (Object(error)._tag === 'TimeoutError') return undefined
        throw error
      }
    }
    const all = everyone(schema)
    const everybody = (await count(all.segment)) ?? findings.people.rows
    const some = await taken(ideasOf(findings, schema, people), count, everybody)
    return some.length > 0 ? some : [{ ...all, people: everybody }]
  } finally {
    await evaluator.close()
  }
}

/** The table of people; throws a failure that names those that may be it. */
function peopleOf({ tables, schemas }: Survey, { schemas: asked, people }: Where): Candidate {
  const others = Object.entries(schemas)
    // Those of Segmentry have no people that somebody mapped.
    .filter(([name, n]) => n > 0 && !asked.includes(name) && !name.startsWith('segmentry'))
    .toSorted(([, a], [, b]) => b - a)
  const elsewhere =
    others.length === 0
      ? []
      : [
          `There are also the schemas ${others.map(([name, n]) => `${plain(name)} (${n})`).join(', ')}: write --schema ${plain([...asked, others[0]![0]].join(','))}.`,
        ]
  const absent = asked.filter((name) => !Object.hasOwn(schemas, name))
  if (absent.length > 0) {
    const known = Object.keys(schemas).map(plain).join(', ')
    throw usage(`there is no schema '${plain(absent.join("', '"))}' in the database`, `There are ${known}.`)
  }
  if (tables.length === 0) {
    throw usage(
      `there are no tables in ${asked.map(plain).join(', ')}`,
      ...elsewhere,
      'Those who start empty write --layout: Segmentry then has tables of its own.',
    )
  }
  if (!tables.some(({ isReadable }) => isReadable)) {
    throw usage(
      `the role may read none of the ${tables.length} tables in ${asked.map(plain).join(', ')}`,
      `It needs USAGE on the schema and SELECT on the tables, such as: grant usage on schema ${plain(asked[0]!)} to …; grant select on all tables in schema ${plain(asked[0]!)} to …`,
    )
  }
  const picked = pickPeople(tables, people)
  if ('found' in picked) return picked.found
  if ('tied' in picked) {
    throw usage(
      'several tables may be the one of people:',
      ...picked.tied.map(({ table, because }) => `${plain(table.table)} for ${because.join(', ')}`),
      `Say which: --people ${picked.tied.map(({ table }) => plain(table.table)).join(' or --people ')}`,
    )
  }
  if (picked.why !== undefined)
    throw usage(`--people '${plain(people!)}' cannot be taken: ${plain(picked.why)}`)
  const possible = tables
    .filter((one) => 'score' in candidateOf(one, tables))
    .map(({ table }) => plain(table))
  const listed = possible.slice(0, 12).join(', ') + (possible.length > 12 ? ', …' : '')
  throw usage(
    `${tables.length === 1 ? `the table ${plain(tables[0]!.table)} does not look` : `none of the ${tables.length} tables looks`} like one of people`,
    'Expected a table with a row a person and a key of one column, called such as users or customers, or with an e-mail address.',
    possible.length === 0
      ? 'No table has a key that could identify people: text, uuid or a whole number.'
      : `Name it with --people, one of ${listed}`,
    ...elsewhere,
  )
}
