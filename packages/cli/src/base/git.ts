import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { usage } from '../failure.ts'

/** The files of a commit, in a folder of their own. */
export interface Extracted extends Disposable {
  /** Where a file of the working tree stands among them. */
  readonly at: (path: string) => string
}

/** Runs git in a folder; a failure gives what git said. */
export function git(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables }
    execFile('git', args, { cwd: folder, env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout.trim())
      const said = stderr.trim().split('\n')[0] ?? ''
      reject(new Error(said === '' ? error.message : said))
    })
  })
}

/** The commit that a name stands for; throws a failure where there is none. */
export async function commitOf(folder: string, name: string): Promise<string> {
  // What begins with a hyphen would be an option.
  const wrong = (said: string): Error =>
    usage(
      `--base names no commit: '${name}'`,
      said,
      'Expected a branch, a tag or a commit of git, a file, or a URL.',
    )
  if (name.startsWith('-')) throw wrong('A name does not begin with a hyphen.')
  try {
    return await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
  } catch (error) {
    const { message } = error as Error
    throw wrong(message.startsWith('Command failed') ? 'git does not know it.' : `git says: ${message}`)
  }
}

/** The branch that changes are made against: the one that the remote has checked out, or main or master. */
export async function defaultBranch(folder: string): Promise<string | undefined> {
  for (const name of ['refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'main', 'master']) {
    try {
      await git(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
      return name
    } catch {
      continue
    }
  }
  return undefined
}

/** Where the work of a branch began, so that what others did since is no change of it. */
export const forkOf = (folder: string, commit: string): Promise<string> =>
  git(folder, ['merge-base', commit, 'HEAD'])

/**
 * Writes the files of a commit into a folder of their own inside the working tree, where packages are found as they are now.
 *
 * Neither the index nor the working tree of the repository is touched.
 */
export async function extract(folder: string, commit: string): Promise<Extracted> {
  const root = await git(folder, ['rev-parse', '--show-toplevel'])
  const work = join(root, '.segmentry')
  mkdirSync(work, { recursive: true })
  writeFileSync(join(work, '.gitignore'), '*\n')
  const own = mkdtempSync(join(work, 'base-'))
  const files = join(own, 'files')
  mkdirSync(files)
  try {
    const index = { GIT_INDEX_FILE: join(own, 'index') }
    await git(root, ['read-tree', commit], index)
    await git(root, ['checkout-index', '--all', '--quiet', `--prefix=${files}${sep}`], index)
    linkPackages(root, files, folder)
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    throw error
  }
  return {
    at: (path) => join(files, relative(root, path)),
    [Symbol.dispose]: () => {
      rmSync(own, { recursive: true, force: true })
      const left = readdirSync(work).filter((name) => name !== '.gitignore')
      if (left.length === 0) rmSync(work, { recursive: true, force: true })
    },
  }
}

/** Packages that are installed beside a folder of the working tree are those of the same folder of the commit. */
function linkPackages(root: string, files: string, from: string): void {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const installed = join(folder, 'node_modules')
    const there = join(files, relative(root, folder))
    if (existsSync(installed) && existsSync(there))
      symlinkSync(installed, join(there, 'node_modules'), 'junction')
    if (folder === root) break
  }
}
