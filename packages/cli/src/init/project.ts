import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { defaultBranch } from '../base/git.ts'
import { configFile, type Host, include, workflow } from './ci.ts'
import type { Declared } from './declare.ts'
import { schemaFile, segmentsFile, sourceFile } from './files-code.ts'
import type { Findings } from './findings.ts'
import { configsIn, type NewFile } from './write.ts'
import { besides, type Place } from './place.ts'
import type { FirstSegment } from './segments.ts'

// The files of a project.

/** What a project is made of. */
export interface ProjectParts {
  readonly findings: Findings
  readonly declared: Declared
  readonly segments: readonly FirstSegment[]
  /** The schema of the database with the default tables, where people are kept in those. */
  readonly layout?: string
  /** The folder of an embedded database. */
  readonly pglite?: string
  readonly ci: Host | 'none'
}

/** The files that must not be there yet, whatever is found. */
export function pathsOf(
  { folder, root, ending }: Place,
  { ci, layout }: Pick<ProjectParts, 'ci' | 'layout'>,
): readonly string[] {
  const names = layout === undefined ? ['schema', 'source', 'segments'] : ['schema', 'segments']
  return [
    ...configsIn(folder),
    ...names.map((name) => join(folder, 'segmentry', `${name}${ending}`)),
    ...(ci === 'none' ? [] : [join(root, ciPaths[ci])]),
  ]
}

const ciPaths = { github: '.github/workflows/segments.yml', gitlab: '.gitlab/segments.yml' } as const

/** All files of a project. */
export async function filesOf(place: Place, parts: ProjectParts): Promise<readonly NewFile[]> {
  const { folder, root, ending } = place
  const { findings, declared, segments, layout, pglite, ci } = parts
  const own = (name: string, text: string): NewFile => ({
    path: join(folder, 'segmentry', `${name}${ending}`),
    text,
  })
  const database = pglite === undefined ? { env: 'DATABASE_URL' } : { pglite: besides(folder, pglite) }
  const people = layout === undefined ? ({ source: true } as const) : { layout }
  return [
    { path: join(folder, `segmentry.config${ending}`), text: configFile(people, database, ending) },
    own('schema', schemaFile(findings, declared.input)),
    ...(layout === undefined ? [own('source', sourceFile(declared.mapping, findings.left, ending))] : []),
    own('segments', segmentsFile(segments, declared.schema, ending)),
    ...(await ciFiles(place, ci)),
    ...(pglite === undefined ? [{ path: join(folder, '.env.example'), lines: variables }] : []),
    { path: join(root, '.gitignore'), lines: ignored(root, pglite) },
  ]
}

async function ciFiles(place: Place, ci: Host | 'none'): Promise<readonly NewFile[]> {
  if (ci === 'none') return []
  const path = join(place.root, ciPaths[ci])
  if (ci === 'gitlab') {
    const template = readFileSync(new URL('../../action/gitlab.yml', import.meta.url), 'utf8')
    const main = join(place.root, '.gitlab-ci.yml')
    const line = include(ciPaths.gitlab).trimEnd()
    return [
      { path, text: template },
      // What includes other jobs already is its owner's to change.
      { path: main, lines: [{ line, like: /./ }] },
    ]
  }
  const name = (await defaultBranch(place.root))?.split('/').at(-1) ?? 'main'
  return [{ path, text: workflow(place, name === 'HEAD' ? 'main' : name) }]
}

const variables = [
  {
    line: '# Where people are, such as postgres://reader@db.example.com:5432/shop. It stands in .env, which git does not keep.',
    like: /^\s*#?\s*(?:export\s+)?DATABASE_URL\s*=/,
  },
  { line: 'DATABASE_URL=', like: /^\s*#?\s*(?:export\s+)?DATABASE_URL\s*=/ },
]

function ignored(root: string, pglite: string | undefined) {
  const way = pglite === undefined ? undefined : relative(root, pglite).split(sep).join('/')
  const isInside = way !== undefined && way !== '' && !way.startsWith('..') && !way.startsWith('/')
  return [
    { line: '.segmentry/', like: /^\/?\.segmentry\/?$/ },
    { line: '.env', like: /^\/?\.env\*?$|^\*?\.env$/ },
    ...(isInside
      ? [`/${way}/`, `/${way}.lock`].map((line) => ({
          line,
          like: new RegExp(`^/?${line.slice(1).replaceAll(/[.*+?^$|()[\]{}\\]/g, String.raw`\$&`)}?$`),
        }))
      : []),
  ]
}
