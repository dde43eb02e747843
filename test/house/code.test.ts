import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { setSegment } from '../conformance/arbitrary-top.ts'
import { leaf, schema, segment } from '../conformance/arbitrary.ts'

// What `code` prints goes into a file, so the compiler has to take it. Segments are drawn with one seed, as others are run
// elsewhere, and the compiler is slow.

const header = (names: readonly string[]): string => `
import { ${names.join(', ')}, segmentry, type SchemaOf } from '@segmentry/core'
import { schema } from '../../conformance/schema.ts'

interface Wide extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Wide>(schema)
`

const settings = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: { noEmit: true, composite: false, incremental: false, types: ['node'] },
  include: ['*.ts'],
}

test('the code of a segment passes the type checker', () => {
  const single = leaf.map((rule): core.AnySegment => ({ definition: { format: core.format, rule } }))
  const drawn = fc.oneof<fc.Arbitrary<core.Countable>[]>(single, segment, setSegment)
  const texts = fc.sample(drawn, { numRuns: 900, seed: 3 }).map((made) => core.code(made, schema))
  const names = Object.keys(core).filter((name) =>
    texts.some((text) => new RegExp(String.raw`\b${name}\(`).test(text)),
  )
  const folder = mkdtempSync(join(import.meta.dirname, '.code-'))
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
    const program = `${header(names)}\nexport const segments = [\n${texts.map((text) => `${text},\n`).join('')}]\n`
    writeFileSync(join(folder, 'segments.ts'), program)
    const compiler = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')
    const args = ['-p', folder, '--pretty', 'false']
    const { stdout } = spawnSync(process.execPath, [compiler, ...args], { encoding: 'utf8' })
    const lines = program.split('\n')
    const wrong = [...stdout.matchAll(/\((\d+),\d+\): error (.*)/g)].map(
      ([, line, message]) => `${lines[Number(line) - 1]!.trim()}: ${message}`,
    )
    expect(wrong).toEqual([])
    expect(stdout).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
