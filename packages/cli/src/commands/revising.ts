import type { Uses } from '@segmentry/review'
import { editionOf } from '../base/base.ts'
import { git } from '../base/git.ts'
import type { Loaded } from '../config/load.ts'
import { usage } from '../failure.ts'

// What the commands about revisions share.

interface SigningFlags {
  readonly author?: string
  readonly commit?: string
}

/** Who makes a revision, and of which version of the code: as told, or as git has it. */
export async function signed(
  flags: SigningFlags,
  { folder }: Loaded,
): Promise<{ readonly author: string; readonly commit?: string }> {
  const author = flags.author ?? (await authorOf(folder))
  if (author === undefined) {
    throw usage(
      'who does it is not known: git has no name for you here',
      "Write --author 'Ann <ann@acme.example>'.",
    )
  }
  // Where files are not as the commit has them, it ends with -dirty.
  const commit =
    flags.commit ?? (await asked(folder, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'))
  return { author, ...(commit !== undefined && { commit }) }
}

/** Who somebody is for git: as configured, or who made the commit, as in a pipeline. */
async function authorOf(folder: string): Promise<string | undefined> {
  const name = await asked(folder, 'config', 'user.name')
  if (name === undefined) return asked(folder, 'log', '-1', '--format=%an <%ae>')
  const email = await asked(folder, 'config', 'user.email')
  return email === undefined ? name : `${name} <${email}>`
}

/** What git says; `undefined` where there is no git, no repository, or nothing to say. */
async function asked(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const said = await git(folder, args)
    return said === '' ? undefined : said
  } catch {
    return undefined
  }
}

/** What a configuration uses its segments for. */
export function usesOf({ config }: Loaded): Uses {
  const { segments: _segments, ...uses } = editionOf(config)
  return uses
}

/** The number of a revision, as a place of a call has it. */
export function revisionNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number > 0 && number <= 2_147_483_647) return number
  throw usage(`a revision is a whole number from 1, found '${text}'`, "'segmentry history' lists them.")
}
