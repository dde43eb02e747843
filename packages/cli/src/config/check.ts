import type { Schema } from '@segmentry/core'
import { usage } from '../failure.ts'

const keys = ['schema', 'segments', 'source', 'layout', 'database', 'statementTimeout', 'serve']
const serveKeys = ['keys', 'port', 'host', 'timeout', 'rate', 'limits']

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws a failure that lists everything that cannot be in a configuration. */
export async function checkConfig(config: unknown, path: string): Promise<void> {
  const core = await import('@segmentry/core')
  const { shown } = core
  const issues: string[] = []
  const report = (place: string, found: string, expected: string): void =>
    void issues.push(`${place}: found ${found}, expected ${expected}`)

  /** Says what a check of the libraries throws. */
  const attempt = (place: string, check: () => void): void => {
    try {
      check()
    } catch (error) {
      issues.push(`${place}: ${(error as Error).message}`)
    }
  }
  const known = (given: Json, names: readonly string[], place: string): void => {
    for (const key of Object.keys(given).filter((one) => !names.includes(one))) {
      const said = core.unknownName('key', key, core.nearest(key, names))
      issues.push(`${place}${said} (expected one of ${names.join(', ')})`)
    }
  }

  if (!isRecord(config)) {
    throw usage(
      `the default export of ${path} is ${shown(config)}`,
      'Expected a configuration: export default defineConfig({ schema, segments, source, database })',
    )
  }
  if (!keys.some((key) => key in config)) {
    throw usage(
      `the default export of ${path} has none of the keys of a configuration`,
      `Expected defineConfig({ schema, segments, source, database }), found an object with ${Object.keys(config).slice(0, 8).join(', ') || 'no keys'}.`,
    )
  }
  known(config, keys, '')
  const { schema, segments, source, layout, database, statementTimeout, serve } = config

  if (schema === undefined) report('schema', 'nothing', 'what defineSchema(…) gives')
  else attempt('schema', () => core.checkSchema(schema as Schema))
  if (segments === undefined) report('segments', 'nothing', 'segments by key: defineSegments({ … })')
  else attempt('segments', () => core.checkSegments(segments as Parameters<typeof core.checkSegments>[0]))

  if (source !== undefined && layout !== undefined) {
    report(
      'source',
      'a source and a layout',
      "one of them: tables of yours, or 'layout' for the default ones",
    )
  } else if (layout !== undefined) {
    if (typeof layout !== 'string' || layout === '')
      report('layout', shown(layout), "the schema of the database with the default tables: 'segmentry'")
  } else if (source === undefined) {
    report(
      'source',
      'nothing',
      "what defineSource(schema, …) gives, or layout: 'segmentry' for the default tables",
    )
  } else if (!isRecord(source) || !isRecord(source['people']) || !('schema' in source)) {
    report('source', shown(source), 'what defineSource(schema, …) gives')
  } else if (source['schema'] !== schema && schema !== undefined) {
    report(
      'source',
      'a source of another schema',
      'one that was defined with the schema of this configuration',
    )
  }

  const text = (value: unknown): boolean => typeof value === 'string' && value !== ''
  const secret = (value: unknown): boolean => text(value) || (isRecord(value) && text(value['env']))
  const embedded = isRecord(database) && 'pglite' in database
  const isDatabase = embedded ? text(database['pglite']) : secret(database)
  if (!isDatabase) {
    const found = database === undefined ? 'nothing' : database === '' ? 'an empty text' : shown(database)
    report('database', found, "env('DATABASE_URL'), 'postgres://…' or { pglite: './folder' }")
  }
  if (isRecord(database)) known(database, embedded ? ['pglite'] : ['env'], 'database: ')

  const duration = (place: string, value: unknown): void => {
    const ms = typeof value === 'string' ? core.durationMs(value) : undefined
    if (ms === undefined || ms > 2_147_483_647)
      report(place, shown(value), "a duration of at most 24 days, such as '30 seconds'")
  }
  if (statementTimeout !== undefined) duration('statementTimeout', statementTimeout)

  if (serve !== undefined && !isRecord(serve))
    report('serve', shown(serve), 'an object such as { keys: [ … ] }')
  if (isRecord(serve)) {
    known(serve, serveKeys, 'serve: ')
    const { port, host, timeout, keys: given } = serve
    if (given !== undefined && !(Array.isArray(given) && given.every(secret))) {
      const odd = Array.isArray(given) ? given.find((one) => !secret(one)) : given
      report('serve.keys', shown(odd), "a list such as [env('SEGMENTRY_KEY')]")
    }
    if (
      port !== undefined &&
      !(Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535)
    )
      report('serve.port', shown(port), 'a whole number from 0 to 65535')
    if (host !== undefined && !text(host)) report('serve.host', shown(host), "an address such as '0.0.0.0'")
    if (timeout !== undefined) duration('serve.timeout', timeout)
  }
  if (issues.length === 0) return
  const things = issues.length === 1 ? 'one thing' : `${issues.length} things`
  throw usage(`${things} in ${path} cannot be used:`, ...issues)
}
