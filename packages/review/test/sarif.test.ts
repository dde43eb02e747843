import { type Finding, findingCodes, findings, findingsSarif } from '@segmentry/review'
import { choice, defineSchema, type SchemaOf, segmentry } from '@segmentry/core'
import { expect, test } from 'vitest'

const schema = defineSchema({ fields: { plan: choice('free', 'pro') }, tags: ['VIP'] })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const list: readonly Finding[] = findings(
  {
    nobody: segment().group((g) => g.field('plan', 'free').field('plan', 'pro')),
    twice: segment().group((g) => g.tag('VIP').tag('VIP')),
    vip: segment().group((g) => g.tag('VIP')),
  },
  schema,
)
const places = { nobody: { file: 'src/my segments/näme.ts', line: 12 }, twice: { file: 'src/a.ts' } }

// What the schema of SARIF 2.1.0 asks of the parts that are used: which keys there may be and have to be, and of what they are.

type Check = (value: unknown, path: string) => void

const isText: Check = (value, path) => {
  expect(typeof value, path).toBe('string')
  expect((value as string).length, path).toBeGreaterThan(0)
}
const isNatural =
  (least: number): Check =>
  (value, path) => {
    expect(Number.isInteger(value), path).toBe(true)
    expect(value as number, path).toBeGreaterThanOrEqual(least)
  }
const isOneOf =
  (...values: readonly string[]): Check =>
  (value, path) =>
    expect(values, path).toContain(value)
/** A relative reference as RFC 3986 has it. */
const isReference: Check = (value, path) => expect(value, path).toMatch(/^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]+$/)
const isMap =
  (check: Check): Check =>
  (value, path) => {
    for (const [key, one] of Object.entries(value as object)) check(one, `${path}.${key}`)
  }
const isList =
  (check: Check): Check =>
  (value, path) => {
    expect(Array.isArray(value), path).toBe(true)
    for (const [i, one] of (value as readonly unknown[]).entries()) check(one, `${path}.${i}`)
  }
const isObject =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, path) => {
    const keys = Object.keys(value as object)
    expect(keys, path).toEqual(expect.arrayContaining(Object.keys(required)))
    for (const key of keys) {
      const check = required[key] ?? optional[key]
      expect(check, `${path}.${key} is no property of SARIF`).toBeDefined()
      check!((value as Record<string, unknown>)[key], `${path}.${key}`)
    }
  }

const isMessage = isObject({ text: isText })
const isLevel = isOneOf('none', 'note', 'warning', 'error')
const isRule = isObject(
  { id: isText },
  { shortDescription: isMessage, defaultConfiguration: isObject({}, { level: isLevel }) },
)
const isLocation = isObject(
  {},
  {
    logicalLocations: isList(isObject({}, { fullyQualifiedName: isText, kind: isText })),
    physicalLocation: isObject(
      { artifactLocation: isObject({}, { uri: isReference }) },
      { region: isObject({}, { startLine: isNatural(1) }) },
    ),
  },
)
const isResult = isObject(
  { message: isMessage },
  {
    ruleId: isText,
    ruleIndex: isNatural(0),
    level: isLevel,
    locations: isList(isLocation),
    partialFingerprints: isMap(isText),
    // A property bag holds what a tool likes.
    properties: isMap(() => undefined),
  },
)
const isLog = isObject(
  {
    version: isOneOf('2.1.0'),
    runs: isList(
      isObject(
        { tool: isObject({ driver: isObject({ name: isText }, { rules: isList(isRule) }) }) },
        { results: isList(isResult) },
      ),
    ),
  },
  { $schema: isText },
)

test('it is as SARIF 2.1.0 says', () => {
  const log = JSON.parse(JSON.stringify(findingsSarif(list, { places }))) as unknown
  isLog(log, 'log')
  expect(() => isLog({ version: '2.1.0', runs: [{ tool: {} }] }, 'log')).toThrow('driver')
})

test('each finding is a result of its rule, where it stands', () => {
  const [run] = findingsSarif(list, { places }).runs
  const { rules } = run!.tool.driver
  expect(new Set(rules.map(({ id }) => id))).toEqual(new Set(Object.keys(findingCodes)))
  expect(run!.results.map(({ ruleId, level }) => [ruleId, level])).toEqual(
    list.map(({ code, severity }) => [code, severity]),
  )
  for (const { ruleId, ruleIndex, level } of run!.results) {
    expect(rules[ruleIndex]).toMatchObject({ id: ruleId, defaultConfiguration: { level } })
  }
  expect(run!.results.map(({ locations }) => locations[0]?.physicalLocation)).toEqual([
    { artifactLocation: { uri: 'src/my%20segments/n%C3%A4me.ts' }, region: { startLine: 12 } },
    { artifactLocation: { uri: 'src/a.ts' } },
    undefined,
  ])
  expect(run!.results[1]?.locations[0]?.logicalLocations[0].fullyQualifiedName).toBe(
    'segment twice rule.of.1',
  )
  expect(run!.results[1]?.properties?.fix).toBe("segment().group((g) => g.tag('VIP'))")
})

test('a finding is known again by its place, not by its words', () => {
  const prints = findingsSarif(list).runs[0]!.results.map(
    ({ partialFingerprints }) => partialFingerprints['segmentry/v1'],
  )
  expect(new Set(prints).size).toBe(list.length)
  const reworded = list.map((one) => ({ ...one, message: 'other words' }))
  expect(
    findingsSarif(reworded).runs[0]!.results.map((one) => one.partialFingerprints['segmentry/v1']),
  ).toEqual(prints)
})

test('the key of something that every object has is no place', () => {
  const [finding] = list
  const odd = findingsSarif([{ ...finding!, key: 'constructor' }], { places })
  expect(odd.runs[0]?.results[0]?.locations[0]?.physicalLocation).toBeUndefined()
})
