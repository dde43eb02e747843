import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command, as it is run from its sources. */
export const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** How a call ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** Variables that would change what the command says. */
const quiet: Variables = {
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  NODE_OPTIONS: undefined,
  DATABASE_URL: undefined,
  SEGMENTRY_KEYS: undefined,
  SEGMENTRY_DEBUG: undefined,
  // vitest sets it, and effect prints more then.
  NODE_ENV: undefined,
}

/** A folder with files, and the command run in it. */
export class Folder {
  // Inside the package, so that its configurations find the workspace's packages.
  readonly path = mkdtempSync(join(import.meta.dirname, '.work-'))

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  write(name: string, text: string): void {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** Starts a call. */
  start(args: readonly string[], variables: Variables = {}): ChildProcess {
    return this.spawn(process.execPath, [bin, ...args], variables)
  }

  /** Runs a call to its end. */
  run(args: readonly string[], variables: Variables = {}): Promise<Ended> {
    return ended(this.start(args, variables), this.path)
  }

  /** Runs a line of bash, in which `segmentry` is the command. */
  shell(line: string, variables: Variables = {}): Promise<Ended> {
    const command = `segmentry() { ${JSON.stringify(process.execPath)} ${JSON.stringify(bin)} "$@"; }; ${line}`
    return ended(this.spawn('bash', ['-c', command], variables), this.path)
  }

  spawn(command: string, args: readonly string[], variables: Variables): ChildProcess {
    const env = Object.fromEntries(
      Object.entries({ ...process.env, ...quiet, ...variables }).filter(([, value]) => value !== undefined),
    )
    return spawn(command, args, { cwd: this.path, env, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Waits for a process; its folder has another name each time, and stands as `<folder>` in what it says. */
export async function ended(child: ChildProcess, folder: string): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const named = (text: string): string => text.replaceAll(folder, '<folder>')
  return { code, stdout: named(stdout), stderr: named(stderr) }
}

/** A call and what came of it, as a terminal shows it. */
export const shownCall = (args: readonly string[], { code, stdout, stderr }: Ended): string =>
  `$ segmentry ${args.join(' ')}\n${stdout}${stderr}=> ${code}\n`

/** Does something with each, three at a time, and keeps the order. */
export async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const waiting = [...items.entries()]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1])
    }
  }
  await Promise.all([worker(), worker(), worker()])
  return results
}
