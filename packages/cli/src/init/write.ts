import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { usage } from '../failure.ts'

/** A file that is to be written: whole where there is none, or lines that a list of lines lacks. */
export type NewFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly lines: readonly NewLine[] }

/** A line, and the lines that say as much. */
export interface NewLine {
  readonly line: string
  readonly like: RegExp
}

/** Throws a failure that names every file which stands where one is to be written. */
export function refuseExisting(paths: readonly string[], from: string): void {
  const there = paths.filter((path) => existsSync(path))
  if (there.length === 0) return
  throw usage(
    `${there.length === 1 ? 'a file is' : 'files are'} there already, and nothing was written:`,
    ...there.map((path) => relative(from, path) || path),
    'Remove or rename what is no longer needed, name another folder with --dir, or leave a pipeline as it is with --ci none.',
  )
}

/** Where a folder is due and a file stands. */
export function refuseFile(folder: string, named: string): void {
  if (!existsSync(folder) || statSync(folder).isDirectory()) return
  throw usage(`--dir names '${named}', which is no folder`, 'Name a folder; one that is not there is made.')
}

const known = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** What is to be written: a text, or the lines that are lacking; nothing where a file has them already. */
export function addedOf(file: NewFile): string | undefined {
  if ('text' in file) return file.text
  const there = known(file.path).split(/\r?\n/)
  const lacking = file.lines.filter(({ like }) => !there.some((line) => like.test(line)))
  return lacking.length === 0 ? undefined : lacking.map(({ line }) => `${line}\n`).join('')
}

/** A file with what is added to it. */
function textOf(file: NewFile): string | undefined {
  const added = addedOf(file)
  if ('text' in file || added === undefined) return added
  const before = known(file.path)
  return before === '' || before.endsWith('\n') ? before + added : `${before}\n${added}`
}

/** Writes files, all of them or none: beside their places first, and then into them. */
export function writeAll(files: readonly NewFile[], from: string): readonly string[] {
  const due = files.flatMap((file) => {
    const text = textOf(file)
    return text === undefined ? [] : [{ path: file.path, text, isNew: 'text' in file }]
  })
  const folders: string[] = []
  const drafts: string[] = []
  const done: string[] = []
  const before = new Map<string, string>()
  try {
    for (const { path, text } of due) {
      makeFolder(dirname(path), folders)
      const draft = `${path}.${process.pid}.new`
      writeFileSync(draft, text, { flag: 'wx' })
      drafts.push(draft)
    }
    // Somebody may have been as fast as this.
    refuseExisting(
      due.filter(({ isNew }) => isNew).map(({ path }) => path),
      from,
    )
    for (const [i, { path }] of due.entries()) {
      if (existsSync(path)) before.set(path, readFileSync(path, 'utf8'))
      renameSync(drafts[i]!, path)
      done.push(path)
    }
    return due.map(({ path }) => relative(from, path))
  } catch (error) {
    for (const path of done) {
      const old = before.get(path)
      if (old === undefined) rmSync(path, { force: true })
      else writeFileSync(path, old)
    }
    for (const draft of drafts) rmSync(draft, { force: true })
    // What somebody else put into a folder meanwhile stays.
    for (const folder of folders.toReversed()) if (readdirSync(folder).length === 0) rmdirSync(folder)
    throw error
  }
}

/** Makes a folder with those above it, and remembers which were not there. */
function makeFolder(folder: string, made: string[]): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder), made)
  mkdirSync(folder)
  made.push(folder)
}

/** The files of a configuration, whatever their endings. */
export const configsIn = (folder: string): readonly string[] =>
  ['.ts', '.mts', '.js', '.mjs'].map((ending) => join(folder, `segmentry.config${ending}`))
