import { PGlite } from '@electric-sql/pglite'
import { describe, renderExplanation } from '@segmentry/core'
import { defineSplit, segmentFlow } from '@segmentry/flow'
import { openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import { dataEnd, readPeople } from './data.ts'
import { load } from './load.ts'
import { dim, indented, Progress, table, title } from './print.ts'
import { schema } from './schema.ts'
import { segments } from './segments.ts'

// The main job, from an empty database to everybody down one branch. The data ends with 2017, and so does its clock.

const at = { now: dataEnd }
const write = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(): Promise<void> {
  write(title('A store in an embedded Postgres'))
  const starting = new Progress('Postgres')
  await using pglite = await PGlite.create()
  starting.done('is ready')
  const loading = new Progress('2,379 households and 55,934 events')
  const store = await load({ pglite }, (part, done, of) =>
    loading.show(`${part}: ${done.toLocaleString('en-US')} of ${of.toLocaleString('en-US')}`),
  )
  loading.done('are loaded')
  const evaluator = await openEvaluator(store.source, { pglite })

  await showCounts(evaluator)
  await showMembers(evaluator)
  await showReasons(evaluator)
  await showSplit(evaluator)
  showSql(evaluator)
  write('')
}

async function showCounts(evaluator: PostgresEvaluator): Promise<void> {
  write(title('Who is where'))
  const counts = await evaluator.counts(segments, at)
  const rows = Object.entries(segments).map(([key, { definition }]) => [
    key,
    counts[key as keyof typeof segments],
    definition.description ?? definition.title ?? '',
  ])
  write(table(['segment', 'people', 'what it is for'], rows))
  write(`\n  ${dim('coldToCampaigns, as a person reads it:')}`)
  write(indented(describe(segments.coldToCampaigns, schema)))
}

async function showMembers(evaluator: PostgresEvaluator): Promise<void> {
  write(title('Some big spenders'))
  const ids: string[] = []
  for await (const id of evaluator.members(segments.bigSpenders, { ...at, limit: 12 })) ids.push(id)
  write(indented(`households ${ids.join(', ')}, …`))
}

async function showReasons(evaluator: PostgresEvaluator): Promise<void> {
  write(title("Why one household is among the butcher's customers, and another is not"))
  const [member] = await Array.fromAsync(evaluator.members(segments.butcher, { ...at, limit: 1 }))
  for (const person of [member!, '1']) {
    if (person === '1') write('')
    write(indented(renderExplanation(await evaluator.explain(segments.butcher, person, at))))
  }
}

async function showSplit(evaluator: PostgresEvaluator): Promise<void> {
  write(title('Every household down one branch, in one query'))
  const plan = defineSplit(segments, {
    branches: [
      { key: 'treat', when: 'bigSpenders' },
      { key: 'thank', when: 'regulars' },
      { key: 'win back', when: 'lapsed' },
      { key: 'try the new letter', percent: 10 },
    ],
    otherwise: 'newsletter',
    salt: 'letter-2018',
  })
  const subjects = (await readPeople()).map(({ id }) => id)
  const decisions = await segmentFlow(evaluator, segments).split({ ...plan, subjects, at: dataEnd })
  const branches = [...plan.branches.map(({ key }) => key), plan.otherwise]
  const rows = branches.map((branch) => {
    const here = decisions.filter((decision) => decision.branch === branch)
    return [
      branch,
      here.length,
      here
        .slice(0, 6)
        .map(({ subject }) => subject)
        .join(', '),
    ]
  })
  write(table(['branch', 'households', 'for example'], rows))
}

function showSql(evaluator: PostgresEvaluator): void {
  write(title('The SQL of lapsed'))
  const { sql, parameters } = evaluator.sql(segments.lapsed, at)
  write(indented(sql))
  write(indented(dim(`-- ${parameters.map((value, i) => `$${i + 1} = ${String(value)}`).join(', ')}`)))
}

await main()
