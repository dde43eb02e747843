import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// What Node-RED loads: a script and a page for each node, and beside them their words and icons. Types are checked elsewhere.

const here = import.meta.dirname
const dist = join(here, 'dist')
const compiler = join(here, '../../node_modules/typescript/bin/tsc')
const compile = (project: string): void =>
  void execFileSync(process.execPath, [compiler, '-p', project, '--noCheck', '--noEmit', 'false'], {
    cwd: here,
    stdio: 'inherit',
  })

/** The scripts of each page, in their order. */
const pages = {
  'segmentry-service': ['segmentry-service'],
  'segmentry-split': ['ports', 'branches', 'rows', 'segmentry-split'],
} as const

rmSync(dist, { recursive: true, force: true })
compile('.')
compile('editor')
// Node-RED puts pages together, and its pages have no modules: those of one page become one script.
const script = (name: string): string =>
  readFileSync(join(dist, 'editor', `${name}.js`), 'utf8').replaceAll(
    /^import .*;\n|^export (?:\{\};\n)?/gm,
    '',
  )
for (const [page, scripts] of Object.entries(pages)) {
  const form = readFileSync(join(here, 'editor', `${page}.html`), 'utf8')
  const code = `(() => {\n${scripts.map(script).join('')}})()\n`
  writeFileSync(join(dist, `${page}.html`), `${form}\n<script type="text/javascript">\n${code}</script>\n`)
}
rmSync(join(dist, 'editor'), { recursive: true })
for (const part of globSync(['icons/*.svg', 'locales/*/*'], { cwd: here }))
  cpSync(join(here, part), join(dist, part))

// Node-RED offers them under "Import → Examples".
cpSync(join(here, '../../examples/flow-node-red/welcome.json'), join(here, 'examples/welcome.json'))
