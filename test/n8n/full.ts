import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { serve } from '@segmentry/flow/http'
import { welcomeService } from '../../examples/welcome-service/src/service.ts'
import setup from './pack.ts'

// The example in the whole of n8n, installed as its users install it, with pictures of the canvas. It is run by hand:
//
//   npx -y pnpm@12 exec node test/n8n/full.ts <folder> [<Chromium>]
//
// n8n is 2.9 GB and takes a quarter of an hour to install, and a version of it does not always resolve. What was installed in the folder is
// used again. Without a Chromium there are no pictures.

const version = '2.41.1'
const [, , given, chromium] = process.argv
assert.ok(given, 'say a folder to install n8n in')
const folder = resolve(given)
const user = join(folder, 'home')
const nodes = join(user, '.n8n/nodes')
const port = 15_678
const key = 'a-key-that-only-tests-know'

/** What keeps n8n from calling anybody. */
const quiet = {
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
  N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
  N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
  N8N_TEMPLATES_ENABLED: 'false',
  N8N_PERSONALIZATION_ENABLED: 'false',
  N8N_HIRING_BANNER_ENABLED: 'false',
  N8N_DYNAMIC_BANNERS_ENABLED: 'false',
  N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
  N8N_AI_ENABLED: 'false',
  N8N_DISABLED_MODULES: 'mcp-registry,insights',
  EXTERNAL_FRONTEND_HOOKS_URLS: '',
}

const env = {
  ...process.env,
  ...quiet,
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  // What is compiled is compiled for the Node that runs here.
  npm_config_nodedir: resolve(dirname(process.execPath), '..'),
  N8N_USER_FOLDER: user,
  N8N_ENCRYPTION_KEY: 'only for tests',
  N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
  N8N_LISTEN_ADDRESS: '127.0.0.1',
  N8N_PORT: String(port),
  N8N_RUNNERS_BROKER_PORT: String(port + 1),
  N8N_SECURE_COOKIE: 'false',
}

// Not waited for in place: the service that n8n asks is in this process.
const started = promisify(execFile)

async function run(cwd: string, command: string, ...more: string[]): Promise<string> {
  const { stdout } = await started(command, more, { cwd, env, maxBuffer: 2 ** 28 })
  return stdout
}

const n8n = (...more: string[]): Promise<string> =>
  run(folder, join(folder, 'node_modules/.bin/n8n'), ...more)

async function install(): Promise<void> {
  mkdirSync(nodes, { recursive: true })
  for (const place of [folder, nodes]) {
    if (!existsSync(join(place, 'package.json')))
      writeFileSync(join(place, 'package.json'), '{ "private": true }')
  }
  if (!existsSync(join(folder, 'node_modules/n8n'))) {
    await run(
      folder,
      'npm',
      'install',
      `n8n@${version}`,
      'playwright-core@1.65.1',
      '--omit=dev',
      '--ignore-scripts',
    )
    await run(folder, 'npm', 'rebuild', 'sqlite3')
  }
  setup()
  const tarball = join(import.meta.dirname, '.packed/n8n-nodes-segmentry.tgz')
  await run(nodes, 'npm', 'install', tarball, '--omit=peer', '--legacy-peer-deps')
}

interface Example {
  readonly nodes: readonly { readonly type: string; readonly name: string }[]
  readonly connections: Readonly<Record<string, unknown>>
  readonly pinData: Readonly<Record<string, readonly { readonly json: object }[]>>
}

/** The example with nodes that make what is pinned to its trigger: pins count in the editor only. */
function withoutPins({ connections, pinData }: Example, authorized: Example['nodes']) {
  const [[trigger, items] = []] = Object.entries(pinData)
  assert.ok(trigger && items)
  const people = JSON.stringify({ people: items.map(({ json }) => json) })
  const [list, each] = ['Their list', 'Each of them']
  const place = { position: [0, 300] }
  const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] })
  return {
    name: 'Welcome, executed',
    pinData: {},
    nodes: [
      ...authorized,
      {
        ...place,
        id: 'list',
        name: list,
        type: 'n8n-nodes-base.set',
        typeVersion: 3.4,
        parameters: { mode: 'raw', jsonOutput: people },
      },
      {
        ...place,
        id: 'each',
        name: each,
        type: 'n8n-nodes-base.splitOut',
        typeVersion: 1,
        parameters: { fieldToSplitOut: 'people' },
      },
    ],
    connections: { ...connections, [trigger]: to(list), [list]: to(each), [each]: connections[trigger] },
  }
}

/** Imports the example with a credential, as somebody does who opens it and chooses one. */
async function importExample(baseUrl: string): Promise<void> {
  const credential = {
    id: 'segments',
    name: 'Segments',
    type: 'segmentryApi',
    data: { baseUrl, apiKey: key },
  }
  const example = join(import.meta.dirname, '../../examples/flow-n8n/welcome.json')
  const workflow = JSON.parse(readFileSync(example, 'utf8')) as Example
  const { id, name } = credential
  const withCredential = workflow.nodes.map((node) =>
    node.type === 'n8n-nodes-segmentry.splitBySegment'
      ? { ...node, credentials: { segmentryApi: { id, name } } }
      : node,
  )
  const files = {
    'credentials.json': [credential],
    'workflow.json': [
      { ...workflow, id: 'welcome', active: false, nodes: withCredential },
      { ...workflow, ...withoutPins(workflow, withCredential), id: 'executed', active: false },
    ],
  }
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(folder, file), JSON.stringify(content))
  await n8n('import:credentials', `--input=${join(folder, 'credentials.json')}`)
  await n8n('import:workflow', `--input=${join(folder, 'workflow.json')}`)
}

interface RunData {
  readonly [node: string]: readonly {
    readonly data: { readonly main: readonly (readonly unknown[] | null)[] }
  }[]
}

async function executeExample(): Promise<void> {
  const printed = await n8n('execute', '--id=executed', '--rawOutput')
  const { data } = JSON.parse(printed.slice(printed.indexOf('{'))) as {
    data: { resultData: { runData: RunData } }
  }
  const outputs = data.resultData.runData['Split by Segment']![0]!.data.main
  assert.deepEqual(
    outputs.map((items) => items?.length ?? 0),
    [3, 2, 1],
  )
}

/** The canvas with the node, and its form with the drop-down of segments. */
async function photograph(browserPath: string): Promise<void> {
  const server = spawn(join(folder, 'node_modules/.bin/n8n'), ['start'], {
    cwd: folder,
    env,
    stdio: 'inherit',
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await until(async () => (await fetch(`${url}/healthz/readiness`)).ok)
    const { chromium: browserType } = createRequire(join(folder, 'package.json'))('playwright-core')
    const browser = await browserType.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
    const page = await browser.newPage({ viewport: { width: 1400, height: 800 } })
    const owner = { email: 'a@example.com', firstName: 'A', lastName: 'B', password: 'Only4Tests!' }
    const made = await page.request.post(`${url}/rest/owner/setup`, { data: owner })
    if (!made.ok()) {
      const data = { emailOrLdapLoginId: owner.email, password: owner.password }
      assert.ok((await page.request.post(`${url}/rest/login`, { data })).ok())
    }
    await page.goto(`${url}/workflow/welcome`)
    for (const output of ['Everyone else', 'VIP', 'Engaged']) {
      await page.getByText(output, { exact: true }).first().waitFor()
    }
    await page.screenshot({ path: join(folder, 'canvas.png') })
    await page.locator('[data-test-id="execute-workflow-button"]:visible').first().click()
    for (const items of ['3 items', '2 items', '1 item'])
      await page.getByText(items, { exact: true }).first().waitFor()
    await page.screenshot({ path: join(folder, 'executed.png') })
    await page.locator('[data-test-id="canvas-node"][data-node-name="Split by Segment"]').dblclick()
    await page.getByText('Person ID Field').first().waitFor()
    await page.screenshot({ path: join(folder, 'form.png') })
    await browser.close()
  } finally {
    server.kill()
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000
  while (!(await holds().catch(() => false))) {
    assert.ok(Date.now() < end, 'n8n did not start in two minutes')
    await pause(500)
  }
}

await install()
await using service = await serve(welcomeService(key), { port: 0 })
await importExample(service.url)
await executeExample()
if (chromium) await photograph(chromium)
process.stdout.write(`n8n ${version} has run the example${chromium ? `; pictures are in ${folder}` : ''}\n`)
