import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, relative, resolve } from 'node:path'
import { reviewSegments, type Schema } from '@segmentry/core'
import type { Edition } from '@segmentry/review'
import type { Context } from '../commands/run.ts'
import type { Config } from '../config/config.ts'
import { loadConfig, type Loaded } from '../config/load.ts'
import { openedRevisions } from '../database/revisions.ts'
import { Failure, exits, told, usage } from '../failure.ts'
import { plain } from '../view/text.ts'
import { commitOf, defaultBranch, extract, forkOf } from './git.ts'

/** What a plan is made against. */
export interface Base {
  readonly edition: Edition
  /** What it is, in words. */
  readonly name: string
  /** What there is to know of it. */
  readonly notes: readonly string[]
}

/** Segments of a configuration and what they are used for. */
export const editionOf = ({ segments, splits, broadcasts, flows }: Config): Edition => ({
  segments,
  ...(splits && { splits }),
  ...(flows && { flows }),
  ...(broadcasts && {
    broadcasts: Object.fromEntries(Object.entries(broadcasts).map(([key, { audience }]) => [key, audience])),
  }),
})

/** Reads what a plan is made against: what is applied, a commit of git, a file with definitions, another configuration, or a URL. */
export async function baseOf(loaded: Loaded, named: string | undefined, context: Context): Promise<Base> {
  const folder = context.folder()
  if (named === 'applied') return ofRevision(loaded, context)
  if (named === undefined) {
    const branch = await defaultBranch(loaded.folder)
    if (branch === undefined) {
      throw usage(
        'there is nothing to plan against: git knows no branch main or master here',
        'Say it: --base REF of git, --base FILE with definitions, or --base URL.',
      )
    }
    return ofCommit(loaded, branch.replace(/^refs\/remotes\//, ''), await commitOf(loaded.folder, branch))
  }
  if (/^https?:\/\//.test(named)) return ofData(await fetched(named), named, loaded.config.schema)
  const path = resolve(folder, named)
  if (existsSync(path) && statSync(path).isFile()) {
    if (extname(path) === '.json')
      return ofData(parsed(readFileSync(path, 'utf8'), named), named, loaded.config.schema)
    const { config } = await loadConfig(folder, named)
    return { edition: editionOf(config), name: named, notes: [] }
  }
  if (/\.(json|[cm]?[jt]s)$|^\.{0,2}\//.test(named)) {
    throw usage(`there is no file ${named} to plan against`, `Looked for ${path}.`)
  }
  return ofCommit(loaded, named, await commitOf(loaded.folder, named))
}

async function ofCommit(loaded: Loaded, name: string, commit: string): Promise<Base> {
  const fork = await forkOf(loaded.folder, commit).catch(() => commit)
  using files = await extract(loaded.folder, fork)
  const path = files.at(loaded.path)
  const label = `${name} (${fork.slice(0, 10)})`
  if (!existsSync(path)) {
    const notes = [`There is no ${relative(loaded.folder, loaded.path)} at ${label}: every segment is new.`]
    return { edition: { segments: {} }, name: label, notes }
  }
  try {
    const { config } = await loadConfig(loaded.folder, path)
    return { edition: editionOf(config), name: label, notes: [] }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new Failure(error.exit, told([`the configuration at ${label} cannot be read:`, error.message]), {
      cause: error,
    })
  }
}

async function ofRevision(loaded: Loaded, context: Context): Promise<Base> {
  await using revisions = await openedRevisions(loaded, context)
  const revision = await revisions.current()
  if (revision === undefined) {
    const notes = ['Nothing was applied yet: every segment is new.']
    return { edition: { segments: {} }, name: 'nothing that was applied', notes }
  }
  // Those that do not suit the schema any more are in the plan, with what is wrong.
  return { edition: { segments: revision.segments }, name: `revision ${revision.number}`, notes: [] }
}

function ofData(data: unknown, name: string, schema: Schema): Base {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw usage(
      `${name} holds no definitions`,
      'Expected an object of them by key, as segmentry list --definitions prints it.',
    )
  }
  const { sound, broken } = reviewSegments(data as Readonly<Record<string, unknown>>, schema)
  const notes = Object.entries(broken).map(([key, issues]) => {
    const [first] = issues ?? []
    return `The segment ${plain(key)} of ${name} cannot be read, and counts as new: ${first?.message ?? ''}`
  })
  return { edition: { segments: sound as Edition['segments'] }, name, notes }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(`${name} is no JSON: ${(error as Error).message}`)
  }
}

/** How long a server may take, and how much it may send. */
const patience = 30_000
const most = 64 * 2 ** 20

async function fetched(url: string): Promise<unknown> {
  const shown = shownUrl(url)
  const failed = (said: string): Failure =>
    new Failure(exits.database, told([`${shown} gives no definitions: ${said}`]))
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(patience),
      headers: { accept: 'application/json' },
    })
    if (!answer.ok) throw failed(`it answers ${answer.status} ${answer.statusText}`)
    const text = await answer.text()
    if (text.length > most) throw failed('the answer is too large')
    return parsed(text, shown)
  } catch (error) {
    if (error instanceof Failure) throw error
    const { message, cause } = error as Error
    throw failed(cause instanceof Error ? cause.message : message)
  }
}

/** A URL without what may be a password. */
function shownUrl(url: string): string {
  try {
    const { origin, pathname } = new URL(url)
    return `${origin}${pathname}`
  } catch {
    throw usage('--base is no URL', 'Expected such as https://segments.example.com/definitions.json')
  }
}
