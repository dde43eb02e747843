import { textCode } from './literal.ts'
import type { Place } from './place.ts'

/** The hosts that there is a pipeline for. */
export type Host = 'github' | 'gitlab'

const inFolder = (folder: string, path: string): string => (folder === '.' ? path : `${folder}/${path}`)

/** A workflow of GitHub that plans on pull requests and applies what is merged. */
export function workflow({ inside, install, installIn }: Place, branch: string): string {
  const isRoot = inside === '.'
  const at = (folder: string): string =>
    folder === '.' ? '' : `\n        working-directory: ${yaml(folder)}`
  const inputs = isRoot
    ? `        with: { fail-if: 'leaves > 5%' }`
    : `        with: { fail-if: 'leaves > 5%', working-directory: ${yaml(inside)} }`
  return `# What a pull request does to segments, as one comment on it; what is merged is applied.
name: segments
on:
  pull_request:
  push: { branches: [${yaml(branch)}] }
permissions: { contents: read, pull-requests: write }
concurrency: segmentry-\${{ github.ref }}
jobs:
  segments:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 } # a plan needs the commit where the work began
      - uses: actions/setup-node@v5
        with: { node-version: 24 }
      - run: ${install}${at(installIn)}
      - uses: ${yaml(`./${inFolder(inside, 'node_modules/segmentry/action')}`)}
${inputs}
        env: { DATABASE_URL: '\${{ secrets.DATABASE_URL }}' }
`
}

/** A word of YAML: in quotes where it could be taken for something else. */
const yaml = (text: string): string =>
  /^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`

/** What includes the jobs on GitLab. */
export const include = (path: string): string => `include:\n  - local: ${yaml(path)}\n`

/** The configuration. */
export const configFile = (
  people: { readonly source: true } | { readonly layout: string },
  database: { readonly env: string } | { readonly pglite: string },
  ending: string,
): string => {
  const isEmbedded = 'pglite' in database
  const isMapped = 'source' in people
  const from = (name: string): string => textCode(`./segmentry/${name}${ending}`)
  return [
    `import { defineConfig${isEmbedded ? '' : ', env'} } from 'segmentry'`,
    `import { schema } from ${from('schema')}`,
    `import { segments } from ${from('segments')}`,
    ...(isMapped ? [`import { source } from ${from('source')}`] : []),
    '',
    'export default defineConfig({',
    '  schema,',
    '  segments,',
    isMapped ? '  source,' : `  layout: ${textCode(people.layout)},`,
    isEmbedded
      ? `  database: { pglite: ${textCode(database.pglite)} },`
      : `  database: env(${textCode(database.env)}),`,
    '})',
    '',
  ].join('\n')
}
