import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
// Inside the test package, so that `@segmentry/core` resolves, and ignored by git.
const workshop = join(root, 'test/.bench/typeperf')
const compiler = join(
  dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json')),
  'bin/tsc',
)

/** What the compiler says of a program. */
export interface Measurement {
  readonly instantiations: number
  readonly types: number
  /** Size of the emitted declaration file in bytes. */
  readonly declarations: number
  /** What is wrong with the program, as the compiler prints it. */
  readonly errors: readonly string[]
}

/** Runs the TypeScript 7 compiler and answers what it printed. One thread, as more would count at random. */
export function typescript(...args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(process.execPath, [compiler, '--pretty', 'false', ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (error) throw error
  return stdout + stderr
}

/** Compiles a program by itself, under the settings of this repository, and counts. */
export function measure(name: string, source: string): Measurement {
  const folder = join(workshop, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.ts'), source)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.base.json',
      compilerOptions: {
        composite: false,
        sourceMap: false,
        emitDeclarationOnly: true,
        outDir: 'out',
        rootDir: root,
      },
      files: ['main.ts'],
    }),
  )
  const project = ['-p', join(folder, 'tsconfig.json'), '--singleThreaded']
  const output = typescript(...project, '--noEmit', '--extendedDiagnostics')
  typescript(...project)
  return {
    instantiations: count(output, 'Instantiations'),
    types: count(output, 'Types'),
    declarations: statSync(join(folder, 'out/test/.bench/typeperf', name, 'main.d.ts')).size,
    errors: output.split('\n').filter((line) => line.includes('error TS')),
  }
}

function count(output: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(output)
  if (!found) throw new Error(`the compiler printed no '${name}':\n${output}`)
  return Number(found[1])
}
