import assert from 'node:assert/strict'
import { chromium, type Locator, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'
import type { NodeJson, NodeRed } from './harness.ts'

/** Node-RED's editor, in a browser. */
export interface Editor {
  readonly page: Page
  /** What went wrong in the page, and whom it asked that is not Node-RED. */
  readonly complaints: readonly string[]
  /** Deploys a flow from elsewhere, and opens it. */
  load(nodes: readonly NodeJson[]): Promise<void>
  /** Opens the form of a split node. */
  open(id: string): Promise<Form>
  /** The wires of a node, as `output->target`. */
  wires(id: string): Promise<readonly string[]>
  /** What the outputs of a node are called. */
  labels(id: string): Promise<readonly string[]>
  /** What the editor holds against a node. */
  problems(id: string): Promise<readonly string[]>
  /** What stands below a node. */
  status(text: string): Locator
  undo(): Promise<void>
  /** Deploys what is drawn. */
  deploy(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens the editor of a Node-RED that runs. */
export async function openEditor(red: NodeRed): Promise<Editor> {
  const executablePath = findChromium()
  assert.ok(executablePath, 'no Chromium: `pnpm run node-red` installs one')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // That the service could not be asked is what some tests are about.
    if (message.type() === 'error' && !message.text().includes('502')) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(red.url) && /^https?:/.test(request.url())) complaints.push(request.url())
  })
  const node = (id: string): string => `RED.nodes.node(${JSON.stringify(id)})`
  const shown = async (): Promise<void> => {
    await page.goto(red.url)
    await page.locator('.red-ui-palette-node[data-palette-type="segmentry-split"]').waitFor()
    await page.locator('.red-ui-loading-container, #red-ui-loading-progress').waitFor({ state: 'hidden' })
  }
  return {
    page,
    complaints,
    load: async (nodes) => {
      await red.deploy(nodes)
      await shown()
    },
    open: async (id) => {
      await page.evaluate(`void RED.editor.edit(${node(id)})`)
      return await openedForm(page)
    },
    wires: (id) =>
      page.evaluate(
        `RED.nodes.filterLinks({ source: ${node(id)} }).map((link) => link.sourcePort + '->' + link.target.id).sort()`,
      ),
    labels: (id) =>
      page.evaluate(
        `((node) => Array.from({ length: node.outputs }, (_, i) => node._def.outputLabels.call(node, i)))(${node(id)})`,
      ),
    problems: (id) => page.evaluate(`(${node(id)}.validationErrors ?? []).flat()`),
    status: (text) => page.locator('.red-ui-flow-node-status-label').getByText(text),
    undo: () => page.evaluate('void RED.history.pop()'),
    deploy: () => red.restart(() => page.locator('#red-ui-header-button-deploy').click()),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** The form of a split node that is open. */
export interface Form {
  readonly branches: Locator
  /** What the drop-down of a branch offers. */
  segments(branch: number): Promise<readonly string[]>
  /** The numbers that outputs have beside branches, everyone else and people not found. */
  numbers(): Promise<readonly string[]>
  /** What the form says is still missing. */
  readonly problems: Locator
  add(): Promise<void>
  remove(branch: number): Promise<void>
  choose(branch: number, segment: string): Promise<void>
  share(branch: number, percent: string): Promise<void>
  name(branch: number, title: string): Promise<void>
  /** Pulls a branch to the place of another. */
  move(from: number, to: number): Promise<void>
  fill(field: string, text: string): Promise<void>
  select(field: string, option: string): Promise<void>
  done(): Promise<void>
  cancel(): Promise<void>
}

/** The form that slides in. */
export async function openedForm(page: Page): Promise<Form> {
  const list = page.locator('#segmentry-branches')
  await list.waitFor({ state: 'attached' })
  await standing(page)
  const branches = list.locator('> li')
  const part = (branch: number, name: string) => branches.nth(branch).locator(`.segmentry-${name}`)
  const field = (name: string) => page.locator(`#node-input-${name}`)
  const close = async (button: string): Promise<void> => {
    await page.locator(`#node-dialog-${button}`).click()
    await list.waitFor({ state: 'detached' })
  }
  return {
    branches,
    segments: (branch) => part(branch, 'segment').locator('option').allTextContents(),
    numbers: async () => {
      const beside = page.locator('.segmentry-output, .segmentry-else').filter({ visible: true })
      return (await beside.allTextContents()).map((text) => text.replace('→ ', ''))
    },
    problems: page.locator('#segmentry-problems'),
    add: () => page.getByText('add branch').click(),
    remove: async (branch) => {
      const before = await branches.count()
      await branches.nth(branch).locator('.red-ui-editableList-item-remove').click()
      await branches.nth(before - 1).waitFor({ state: 'detached' })
    },
    choose: async (branch, segment) => void (await part(branch, 'segment').selectOption(segment)),
    share: async (branch, percent) => {
      await part(branch, 'by').selectOption('percent')
      await part(branch, 'percent').fill(percent)
    },
    name: (branch, title) => part(branch, 'title').fill(title),
    move: async (from, to) => {
      const middle = async (branch: number): Promise<readonly [number, number]> => {
        const box = await branches.nth(branch).locator('.red-ui-editableList-item-handle').boundingBox()
        assert.ok(box)
        return [box.x + box.width / 2, box.y + box.height / 2]
      }
      const [start, end] = [await middle(from), await middle(to)]
      await page.mouse.move(...start)
      await page.mouse.down()
      await page.mouse.move(end[0], end[1] + (to > from ? 12 : -12), { steps: 12 })
      await page.mouse.up()
      await list.locator('.ui-sortable-helper').waitFor({ state: 'detached' })
    },
    fill: (name, text) => field(name).fill(text),
    select: async (name, option) => void (await field(name).selectOption(option)),
    done: () => close('ok'),
    cancel: () => close('cancel'),
  }
}

/** Waits until what slides in stands still. */
export async function standing(page: Page): Promise<void> {
  const tray = page.locator('.red-ui-tray').last()
  let before: number | undefined
  for (;;) {
    const now = (await tray.boundingBox())?.x
    if (now !== undefined && now === before) return
    before = now
    await page.waitForTimeout(100)
  }
}
