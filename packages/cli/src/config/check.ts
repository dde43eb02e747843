import { checkSchema, checkSegments, shown } from '@segmentry/core'
import { usage } from '../failure.ts'
import { checkBroadcasts } from './check-broadcasts.ts'
import { checkUses } from './check-uses.ts'
import { isRecord, isText, type Json, type Report, newReport } from './report.ts'

const keys = [
  'schema',
  'segments',
  'source',
  'layout',
  'database',
  'statementTimeout',
  'lockTimeout',
  'serve',
  'broadcasts',
  'send',
  'ledger',
  'splits',
  'flows',
  'revisions',
  'views',
]
const serveKeys = ['keys', 'port', 'host', 'timeout', 'rate', 'limits']

/** Throws a failure that lists everything that cannot be in a configuration. */
export async function checkConfig(config: unknown, path: string): Promise<void> {
  const expected = 'defineConfig({ schema, segments, source, database })'
  if (!isRecord(config)) {
    throw usage(
      `the default export of ${path} is ${shown(config)}`,
      `Expected a configuration: export default ${expected}`,
    )
  }
  if (!keys.some((key) => key in config)) {
    const others = Object.keys(config).slice(0, 8).join(', ')
    throw usage(
      `the default export of ${path} has none of the keys of a configuration`,
      `Expected ${expected}, found an object with ${others || 'no keys'}.`,
    )
  }
  const report = newReport()
  report.known(config, keys)
  checkPeople(config, report)
  checkDatabase(config, report)
  if (config['serve'] !== undefined) checkServe(config['serve'], report)
  await checkBroadcasts(config, report)
  await checkUses(config, report)
  const { revisions } = config
  if (revisions !== undefined && !isText(revisions))
    report.wrong(
      'revisions',
      revisions,
      "the schema of the database that revisions are in: 'segmentry_review'",
    )
  const { views } = config
  if (views !== undefined && !isText(views))
    report.wrong('views', views, "the schema of the database that views of segments are kept in: 'segments'")
  const { issues } = report
  if (issues.length === 0) return
  const things = issues.length === 1 ? 'one thing' : `${issues.length} things`
  throw usage(`${things} in ${path} cannot be used:`, ...issues)
}

/** Who there is: the schema, the segments, and where people are kept. */
function checkPeople({ schema, segments, source, layout }: Json, report: Report): void {
  if (schema === undefined) report.wrong('schema', schema, 'what defineSchema(…) gives')
  else report.attempt('schema', () => checkSchema(schema as never))
  if (segments === undefined) report.wrong('segments', segments, 'segments by key: defineSegments({ … })')
  else report.attempt('segments', () => checkSegments(segments as never))

  if (source !== undefined && layout !== undefined) {
    const expected = "one of them: tables of yours, or 'layout' for the default ones"
    report.told('source', 'a source and a layout', expected)
  } else if (layout !== undefined) {
    if (!isText(layout))
      report.wrong('layout', layout, "the schema of the database with the default tables: 'segmentry'")
  } else if (!isRecord(source) || !isRecord(source['people']) || !('schema' in source)) {
    const instead = source === undefined ? ", or layout: 'segmentry' for the default tables" : ''
    report.wrong('source', source, `what defineSource(schema, …) gives${instead}`)
  } else if (source['schema'] !== schema && schema !== undefined) {
    const expected = 'one that was defined with the schema of this configuration'
    report.told('source', 'a source of another schema', expected)
  }
}

/** A text, or a variable that has one. */
const isSecret = (value: unknown): boolean => isText(value) || (isRecord(value) && isText(value['env']))

function checkDatabase({ database, statementTimeout, lockTimeout }: Json, report: Report): void {
  const isEmbedded = isRecord(database) && 'pglite' in database
  if (isEmbedded ? !isText(database['pglite']) : !isSecret(database))
    report.wrong('database', database, "env('DATABASE_URL'), 'postgres://…' or { pglite: './folder' }")
  if (isRecord(database)) report.known(database, isEmbedded ? ['pglite'] : ['env'], 'database')
  report.duration('statementTimeout', statementTimeout)
  report.duration('lockTimeout', lockTimeout)
}

function checkServe(serve: unknown, report: Report): void {
  if (!isRecord(serve)) return report.wrong('serve', serve, 'an object such as { keys: [ … ] }')
  report.known(serve, serveKeys, 'serve')
  const { port, host, timeout, keys: given } = serve
  if (given !== undefined && !(Array.isArray(given) && given.every(isSecret)))
    report.hidden('serve.keys', given, "a list such as [env('SEGMENTRY_KEY')]")
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535
  if (port !== undefined && !isPort) report.wrong('serve.port', port, 'a whole number from 0 to 65535')
  if (host !== undefined && !isText(host)) report.wrong('serve.host', host, "an address such as '0.0.0.0'")
  report.duration('serve.timeout', timeout)
}
