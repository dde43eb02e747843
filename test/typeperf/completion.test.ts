import { join } from 'node:path'
import ts from 'typescript-6'
import { expect, test } from 'vitest'

// What an editor offers, asked of the language service; TypeScript 7 has no programming interface for it.
const file = join(import.meta.dirname, 'completion-probe.ts')
const cursor = '/*cursor*/'

/** Completes at the cursor of a program written against a small schema. */
function complete(statement: string): readonly string[] {
  const source = `import { choice, defineSchema, decimal, integer, object, oneOf, type SchemaOf, segmentry, text } from '@segmentry/core'
const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), address: object({ city: text(), floor: integer() }) },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2), sku: text() }, refund: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
${statement}`
  const position = source.indexOf(cursor)
  const text = source.replace(cursor, '')
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => import.meta.dirname,
    getCompilationSettings: () => ({
      strict: true,
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
    }),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
    directoryExists: (name) => ts.sys.directoryExists(name),
    getDirectories: (name) => ts.sys.getDirectories(name),
  }
  const service = ts.createLanguageService(host)
  const found = service.getCompletionsAtPosition(file, position, {})
  service.dispose()
  // The literal under the cursor is empty, and an argument that is inferred from it offers it again.
  const names = found?.entries.map((entry) => entry.name) ?? []
  return names.filter((name) => name !== '').toSorted()
}

test.each([
  [
    'fields',
    `segment().group((g) => g.field('${cursor}', 'CA'))`,
    ['address', 'address.city', 'address.floor', 'plan', 'state'],
  ],
  ['tags', `segment().group((g) => g.tag('${cursor}'))`, ['VIP', 'churned']],
  ['events', `segment().group((g) => g.event('${cursor}'))`, ['opened', 'purchase', 'refund']],
  [
    'events of a list',
    `segment().group((g) => g.event(['opened', '${cursor}']))`,
    ['opened', 'purchase', 'refund'],
  ],
  [
    'events of a step',
    `segment().group((g) => g.sequence((s) => s.from(['${cursor}']).followedBy('purchase')))`,
    ['opened', 'purchase', 'refund'],
  ],
  [
    'properties',
    `segment().group((g) => g.event('purchase', (e) => e.where('${cursor}', 'A-1')))`,
    ['amount', 'sku'],
  ],
  ['fields to rank by', `segment().group((g) => g.everyone()).top(9, '${cursor}')`, ['address.floor']],
  [
    'properties to rank by',
    `segment().group((g) => g.everyone()).top(9, (r) => r.event('purchase').sum('${cursor}'))`,
    ['amount'],
  ],
  [
    'properties that several events share',
    `segment().group((g) => g.event(['purchase', 'refund'], (e) => e.where('${cursor}', 1)))`,
    ['amount'],
  ],
  ['values of a choice', `segment().group((g) => g.field('plan', '${cursor}'))`, ['free', 'pro']],
  ['values inside oneOf', `segment().group((g) => g.field('plan', oneOf('${cursor}')))`, ['free', 'pro']],
])('%s are completed', (_, statement, expected) => {
  expect(complete(statement)).toEqual(expected)
})
