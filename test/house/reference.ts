import { writeFileSync } from 'node:fs'
import { type Countable, describe } from '@segmentry/core'
import { openEvaluator, openStore, type PostgresEvaluator } from '@segmentry/postgres'
import { startPglite } from '@segmentry/testing'
import { format } from 'prettier'
import { read, readJson, root } from './files.ts'
import { pages } from './reference-pages.ts'
import { type Entry, type Page, schema, segment } from './reference-schema.ts'
import { schemaSource, sourcesOf } from './reference-source.ts'

// `node test/house/reference.ts --update` writes the pages of docs/reference anew. They are made of entries, whose
// conditions are evaluated: the English and the SQL are what this code makes of them.

/** The clock of the reference. */
export const now = '2026-11-24T09:30:00Z'

/** Where a page is kept. */
export const placeOf = (page: Page): string => `docs/reference/${page.file}`

/** The segment of an entry, or the top of one. */
export function segmentOf({ heading, filter, whole }: Entry): Countable {
  if (filter) return segment().group(filter)
  if (whole) return whole()
  throw new Error(`'${heading}' has neither a filter nor a whole segment`)
}

/** An evaluator of the default layout, in a database in the process. */
export async function openReference(): Promise<{ readonly evaluator: PostgresEvaluator } & AsyncDisposable> {
  const pglite = await startPglite()
  const store = await openStore(schema, { pglite })
  const evaluator = await openEvaluator(store.source, { pglite })
  return { evaluator, [Symbol.asyncDispose]: () => pglite.close() }
}

/** Beyond this many values a list is cut: a zone has hundreds of offsets. */
const mostValues = 6
/** Beyond this many characters SQL is folded away. */
const longSql = 1_200

function shown(parameter: unknown): string {
  if (typeof parameter === 'string' && parameter.length > longText * 2) {
    return `${JSON.stringify(parameter.slice(0, 12)).slice(0, -1)}…"`
  }
  if (!Array.isArray(parameter) || parameter.length <= mostValues) return JSON.stringify(parameter)
  return `[${parameter
    .slice(0, 3)
    .map((one) => JSON.stringify(one))
    .join(', ')}, …]`
}

/** Beyond this many characters a text in SQL is cut: what tells an instant in JSON is long, and not for reading. */
const longText = 40

/** SQL with its long texts cut. */
const cut = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'/g, (text) => (text.length > longText ? `${text.slice(0, 12)}…'` : text))

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``

function entryText(entry: Entry, code: string, evaluator: PostgresEvaluator): string {
  const made = segmentOf(entry)
  const { sql: whole, parameters } = evaluator.sql(made, { now })
  const sql = cut(whole)
  const beside = parameters.map((parameter, i) => `\n-- $${i + 1} = ${shown(parameter)}`).join('')
  const query = block('sql', sql + beside)
  return [
    `## ${entry.heading[0]!.toUpperCase()}${entry.heading.slice(1)}`,
    entry.purpose,
    block('ts', code),
    block('text', describe(made, schema)),
    sql.length > longSql ? `<details><summary>SQL</summary>\n\n${query}\n\n</details>` : query,
    entry.edges.map((edge) => `- ${edge}`).join('\n'),
  ].join('\n\n')
}

const fieldsPage = 'fields.md'

const schemaText = `## The schema of these pages\n\n${block('ts', schemaSource(`${root}test/house/reference-schema.ts`))}`

/** The text of a page. */
export async function pageText(page: Page, evaluator: PostgresEvaluator): Promise<string> {
  const sources = sourcesOf(page.source)
  const entries = page.entries.map((entry) => {
    const code = sources.get(`${page.title}: ${entry.heading}`)
    if (code === undefined) throw new Error(`no source of '${entry.heading}' in ${page.source}`)
    return entryText(entry, code, evaluator)
  })
  const schemaLink = page.file === fieldsPage ? '' : fieldsPage
  const about =
    `Each condition is shown with its English, as \`describe\` says it, and its SQL on the default layout at ` +
    `${now}; long texts and lists in it are cut. The names are those of [the schema of these pages](${schemaLink}#the-schema-of-these-pages); the rules ` +
    `are in [what a segment means](../semantics.md).`
  const text = [
    `---\ntitle: ${page.title}\n---`,
    `# ${page.title}`,
    page.intro,
    about,
    ...(page.file === fieldsPage ? [schemaText] : []),
    ...entries,
  ].join('\n\n')
  const { printWidth, ...style } = readJson<{ printWidth: number }>('.prettierrc.json')
  return await format(text, { ...style, printWidth, parser: 'markdown', proseWrap: 'always' })
}

if (import.meta.main) {
  await using reference = await openReference()
  for (const page of pages) {
    const text = await pageText(page, reference.evaluator)
    if (process.argv.includes('--update')) writeFileSync(root + placeOf(page), text)
    else if (read(placeOf(page)) !== text) {
      console.error(`${placeOf(page)} differs: node test/house/reference.ts --update`)
      process.exitCode = 1
    }
  }
}
