import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from './fault.ts'
import { coreFaults } from './faults-core.ts'
import { sqlFaults } from './faults-sql.ts'
import { viewFaults } from './faults-views.ts'
import { worldFaults } from './faults-worlds.ts'
import type { Found } from './hunted.ts'

// Seeds mistakes, one at a time, and looks whether the cases of the conformance suites show them: a suite that is
// green says something only if it can be red.

const triples = 5000

interface Line {
  /** Nothing for the control: the sources as they are. */
  readonly name?: string
  readonly found?: Found
  readonly broken?: string
}

/** One hunt, in a process of its own, as it replaces modules while they load. */
async function hunt(room: string, seed: number, names?: readonly string[]): Promise<readonly Line[]> {
  const program = fileURLToPath(new URL('hunt.ts', import.meta.url))
  const args = [room, `${triples}`, `${seed}`, ...(names === undefined ? [] : [JSON.stringify(names)])]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, ...args],
    { maxBuffer: 2 ** 27 },
  )
  const lines = stdout.trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Line)
}

/** Which faults one stream of cases shows is chance for the rarest: what is not in it is looked for in a second one. */
async function hunted(room: string, faults: readonly Fault[]): Promise<readonly Line[]> {
  const first = await hunt(room, 1)
  const excused = new Set(faults.flatMap(({ name, lacks }) => (lacks === undefined ? [] : [name])))
  const missed = first.flatMap(({ name, found, broken }) =>
    name === undefined || found || broken !== undefined || excused.has(name) ? [] : [name],
  )
  if (missed.length === 0) return first
  const second = new Map((await hunt(room, 2, missed)).map((line) => [line.name, line]))
  return first.map((line) => (line.found ? line : (second.get(line.name) ?? line)))
}

const rooms = { core: coreFaults, sql: sqlFaults, worlds: worldFaults, views: viewFaults }
const hunts = new Map<string, Promise<readonly Line[]>>()

// All at once: some are busy with their database, one has none.
beforeAll(async () => {
  for (const [room, faults] of Object.entries(rooms)) hunts.set(room, hunted(room, faults))
  await Promise.all(hunts.values())
}, 900_000)

const row = ({ name, lacks }: Fault, { found, broken }: Line): string => {
  const what = found ? `${found.at}`.padStart(6) : '     –'
  const why = broken ?? (found ? found.how : (lacks ?? 'NOT FOUND'))
  return `${what}  ${name}: ${why}`
}

describe.each(Object.entries(rooms))('in %s', (room, faults) => {
  const lineOf = async (name: string | undefined): Promise<Line> =>
    (await hunts.get(room)!).find((line) => line.name === name)!

  test('each fault has a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  })

  test('nothing is found where nothing is wrong', async () => {
    expect(await lineOf(undefined)).toEqual({})
  })

  test.each(faults.filter(({ lacks }) => lacks === undefined))('$name: found', async ({ name }) => {
    const { found, broken } = await lineOf(name)
    expect(broken).toBeUndefined()
    expect(found?.at, `the fault '${name}' is not found in ${triples} triples`).toBeLessThan(triples + 12)
  })

  test('how long it took, in triples', async () => {
    const rows = await Promise.all(faults.map(async (fault) => row(fault, await lineOf(fault.name))))
    process.stdout.write(`faults in ${room}:\n${rows.toSorted().join('\n')}\n`)
    expect(rows.filter((one) => one.startsWith('     –')).length).toBeLessThan(rows.length / 3)
  })
})
