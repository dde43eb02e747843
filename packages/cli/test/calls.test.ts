import { expect, test } from 'vitest'
import type { CommandSpec } from '../src/command/spec.ts'
import { specs } from '../src/command/specs.ts'
import { files } from './crm.ts'
import { mailing } from './mailing.ts'
import { each, type Ended, Folder, shownCall } from './project.ts'

// What is told of calls, held as a terminal shows it: `vitest -u` writes it anew.

/** Calls in one project, one after the other as a reader would try them. */
async function session(folder: Folder, calls: readonly (readonly string[])[]): Promise<string> {
  const ends = await each(calls, (args) => folder.run(args))
  return calls.map((args, i) => shownCall(args, ends[i]!)).join('\n')
}

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '')

test('calls that cannot be', async () => {
  using folder = new Folder(files())
  const calls = [
    'sreve',
    'counts vip',
    '--prot 80',
    'serve --prot 80',
    'serve --port',
    'serve --port --host',
    'serve --port eighty',
    'serve --port 65536',
    'serve --port -1',
    'serve --log jsno',
    'serve here',
    'serve --insecure=yes',
    'serve --port 1 --port 2',
    'count --at yesterday',
    'count --at 2026-11-24',
    'members',
    'members vip best',
    'members vip --limit=-1',
    'members vip --limit 1.5',
    'explain ann',
    'which',
    'list vip',
    'graph --format dot',
    'completions tcsh',
    'completions',
    'describe vpi',
    'describe toString',
    'list --config nowhere.ts',
    'list --config .',
    'list --config segments.txt',
    'count vip',
    'serve --insecure --host 0.0.0.0',
    'serve',
  ].map(words)
  folder.write('segments.txt', '')
  await expect(await session(folder, calls)).toMatchFileSnapshot('texts/calls.txt')
}, 300_000)

test('help, and what needs no database', async () => {
  using folder = new Folder(files())
  const calls = [
    '--help',
    'serve --help',
    'send --help',
    'help explain',
    'list',
    'list --keys',
    'list --json',
    'describe',
    'describe best --json',
    'graph',
    'graph --format mermaid',
    'graph --json',
  ].map(words)
  await expect(await session(folder, calls)).toMatchFileSnapshot('texts/reading.txt')
}, 300_000)

test('what is found from a folder further down, and by name', async () => {
  using folder = new Folder({ 'sub/dir/empty.txt': '', ...files() })
  const keys = 'vip\nengaged\nbest\nknown\nrest\n'
  const from = (line: string): Promise<Ended> => folder.shell(line)
  expect(await from('cd sub/dir && segmentry list --keys')).toMatchObject({ code: 0, stdout: keys })
  expect(await from('cd sub && segmentry -c ../segmentry.config.ts list --keys')).toMatchObject({
    code: 0,
    stdout: keys,
  })
  expect(await from('cd / && segmentry list')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'segmentry: there is no segmentry.config.ts in /, nor in a folder above it\n' +
      '  Write one with a default export defineConfig({ schema, segments, source, database }), or name it with --config.\n',
  })
})

test('colours are for terminals that have them and for those who want them', async () => {
  using folder = new Folder(files())
  const [piped, forced, refused] = await each(
    [{}, { FORCE_COLOR: '1' }, { FORCE_COLOR: undefined, NO_COLOR: '1' }],
    (variables) => folder.run(['list'], variables),
  )
  expect(piped!.stdout).not.toContain('\u001B')
  expect(forced!.stdout).toContain('\u001B[1m')
  expect(refused!.stdout).toBe(piped!.stdout)
})

test('an output that cannot be written is said to be so, and a reader who goes is no error', async () => {
  using folder = new Folder(files())
  expect(await folder.shell('segmentry list > /dev/full')).toMatchObject({
    code: 4,
    stderr: 'segmentry: the output cannot be written: ENOSPC: no space left on device, write\n',
  })
  const gone = await folder.shell('segmentry list | true; echo "${PIPESTATUS[0]}"')
  expect(gone).toEqual({ code: 0, stdout: '0\n', stderr: '' })
})

test('a bug is said to be one, and only who asks sees the stack', async () => {
  using folder = new Folder({
    'segmentry.config.ts': `
      import { defineSchema } from '@segmentry/core'
      let reads = 0
      const odd = { get definition(): object { if (reads++ > 0) throw new Error('odd'); return {} } }
      export default { schema: defineSchema({ fields: {} }), segments: { odd }, layout: 'a', database: 'b' }`,
  })
  const said = 'segmentry: odd\n  This is a bug of Segmentry: please report it, with what --verbose prints.\n'
  expect(await folder.run(['list'])).toEqual({ code: 5, stdout: '', stderr: said })
  for (const told of [folder.run(['list', '--verbose']), folder.run(['list'], { SEGMENTRY_DEBUG: '1' })]) {
    const { code, stderr } = await told
    expect(code).toBe(5)
    expect(stderr).toContain(`${said}\nError: odd\n    at `)
  }
})

test('a folder that is gone is said to be so', async () => {
  using folder = new Folder()
  const { code, stderr } = await folder.shell('mkdir gone && cd gone && rmdir ../gone && segmentry list')
  expect(code).toBe(4)
  expect(stderr).toMatch(/^segmentry: .*no such file or directory.*\n$/)
})

test('bash completes commands, flags, values and segments', async () => {
  using folder = new Folder(files())
  const asked = [
    'co',
    'count v',
    'count --a',
    'serve --log ',
    'serve --port ',
    'completions z',
    'explain ann re',
  ]
  const lines = asked.map((call) => {
    const list = ['segmentry', ...call.split(' ')].map((word) => `'${word}'`)
    return `COMP_WORDS=(${list.join(' ')}) COMP_CWORD=${list.length - 1} COMPREPLY=(); _segmentry; echo "\${COMPREPLY[*]}"`
  })
  const { stdout } = await folder.shell(['eval "$(segmentry completions bash)"', ...lines].join('; '))
  expect(stdout.split('\n')).toEqual([
    'count completions',
    'vip',
    '--at',
    'text json off',
    '',
    'zsh',
    'rest',
    '',
  ])
})

test('bash completes broadcasts where one is meant', async () => {
  using folder = new Folder(mailing())
  const asked = ['send ', 'recipient m', 'send may --t', 'resolve may --as ']
  const lines = asked.map((call) => {
    const list = ['segmentry', ...call.split(' ')].map((word) => `'${word}'`)
    return `COMP_WORDS=(${list.join(' ')}) COMP_CWORD=${list.length - 1} COMPREPLY=(); _segmentry; echo "\${COMPREPLY[*]}"`
  })
  const { stdout } = await folder.shell(['eval "$(segmentry completions bash)"', ...lines].join('; '))
  expect(stdout.split('\n')).toEqual(['may calls', 'may', '--tolerance --test', 'sent resend', ''])
})

test('what zsh and fish complete has every command with its flags', async () => {
  using folder = new Folder()
  const scripts = await each(['zsh', 'fish'], (shell) => folder.run(['completions', shell]))
  const isOf = { zsh: (name: string) => `  ${name})`, fish: (name: string) => `_from ${name}'` }
  const flagOf = { zsh: (flag: string) => `--${flag}[`, fish: (flag: string) => `-l ${flag} ` }
  for (const shell of ['zsh', 'fish'] as const) {
    const lines = scripts[shell === 'zsh' ? 0 : 1]!.stdout.split('\n')
    for (const [name, { flags }] of Object.entries<CommandSpec>(specs)) {
      const text = lines.filter((line) => line.includes(isOf[shell](name))).join('\n')
      const lacking = Object.keys(flags).filter((flag) => !text.includes(flagOf[shell](flag)))
      expect(lacking, `${shell} ${name}`).toEqual([])
    }
  }
})

test('the version is that of the package', async () => {
  using folder = new Folder()
  expect(await folder.run(['--version'])).toEqual({ code: 0, stdout: '0.0.0\n', stderr: '' })
})
