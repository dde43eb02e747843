import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CommandSpec } from '../src/command/spec.ts'
import { globalFlags, specs } from '../src/command/specs.ts'
import { exits } from '../src/failure.ts'
import { segmentsFile } from './crm.ts'
import { mailingFile } from './mailing.ts'
import { Folder } from './project.ts'

const guide = readFileSync(new URL('../../../docs/guides/cli.md', import.meta.url), 'utf8')

test('the configuration of the guide is one', async () => {
  const [, config = ''] = /^```ts\n(.*?)^```$/ms.exec(guide) ?? []
  using folder = new Folder({
    'segmentry.config.ts': config,
    'src/segments.ts': segmentsFile,
    'src/source.ts': `
      import { layoutSource } from '@segmentry/postgres'
      import { schema } from './segments.ts'
      export const source = layoutSource(schema)`,
  })
  expect(await folder.run(['list', '--keys'])).toEqual({
    code: 0,
    stdout: 'vip\nengaged\nbest\nknown\nrest\n',
    stderr: '',
  })
})

test('the configuration with broadcasts is one', async () => {
  const [, [, config = ''] = []] = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)]
  using folder = new Folder({
    'segmentry.config.ts': config,
    'src/segments.ts': mailingFile,
    'src/may.ts': "export { may } from './segments.ts'",
  })
  expect(await folder.run(['broadcasts', '--keys'])).toEqual({ code: 0, stdout: 'may\n', stderr: '' })
})

test('the guide names every command, flag and code', () => {
  const commands = Object.entries<CommandSpec>(specs)
  const flags = commands.flatMap(([, spec]) => Object.keys(spec.flags))
  const words = [
    ...commands.map(([name]) => `segmentry ${name}`),
    ...[...new Set([...flags, ...Object.keys(globalFlags)])].map((flag) => `--${flag}`),
    ...Object.values(exits).map((code) => `\n| ${code} `),
  ]
  expect(words.filter((word) => !guide.includes(word))).toEqual([])
})
