import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Opened, openService, type Service } from '../setup/service.ts'
import { always, openStranger } from '../setup/stranger.ts'
import { type Editor, openedForm, openEditor, standing } from './editor.ts'
import {
  about,
  byPercent,
  bySegment,
  caught,
  ids,
  type Row,
  serviceNode,
  sink,
  splitNode,
  splitTab,
} from './flow.ts'
import { type NodeRed, openNodeRed } from './harness.ts'

// The editor in a browser, as whoever draws a flow has it.

let service: Opened
let red: NodeRed
let editor: Editor
beforeAll(async () => {
  service = await openService()
  red = await openNodeRed({ editor: true })
  editor = await openEditor(red)
})
afterAll(async () => {
  await editor[Symbol.asyncDispose]()
  await red[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const load = (branches: readonly Row[], more: object = {}, of: Service = service): Promise<void> =>
  editor.load([serviceNode(of), ...splitTab({ branches, ...more })])

/** Who reaches the ends of the wires that were there in the beginning. */
async function routed(): Promise<readonly (readonly unknown[])[]> {
  const outcome = await red.send('split', ...about('ann', 'bob', 'cy', 'dot'))
  expect(outcome.reached(caught())).toEqual([])
  return [0, 1, 2].map((output) => ids(outcome.reached(sink(output))))
}

describe('wires', () => {
  beforeEach(() => load([bySegment('vip'), bySegment('west')]))

  test('stay when a branch is added: everyone else keeps theirs, and the new output has none', async () => {
    const form = await editor.open('split')
    await form.add()
    await form.choose(2, 'engaged')
    expect(await form.numbers()).toEqual(['1', '2', '3', '4'])
    await form.done()
    expect(await editor.wires('split')).toEqual(['0->out 0', '1->out 1', '3->out 2'])
    expect(await editor.labels('split')).toEqual(['vip', 'west', 'engaged', 'Everyone else'])
    await editor.deploy()
    expect(await routed()).toEqual([['ann'], ['bob'], ['cy']])
  })

  test('stay when a branch is removed: only its own goes', async () => {
    const form = await editor.open('split')
    await form.remove(0)
    await form.done()
    expect(await editor.wires('split')).toEqual(['0->out 1', '1->out 2'])
    await editor.deploy()
    expect(await routed()).toEqual([[], ['ann', 'bob'], ['cy', 'dot']])
  })

  test('stay when branches are put in another order', async () => {
    const form = await editor.open('split')
    await form.move(1, 0)
    expect(await form.numbers()).toEqual(['1', '2', '3'])
    await form.done()
    expect(await editor.wires('split')).toEqual(['0->out 1', '1->out 0', '2->out 2'])
    expect(await editor.labels('split')).toEqual(['west', 'vip', 'Everyone else'])
    await editor.deploy()
    expect(await routed()).toEqual([[], ['ann', 'bob'], ['cy', 'dot']])
  })

  test('stay when all of that is done at once, and come back when it is undone', async () => {
    const form = await editor.open('split')
    await form.add()
    await form.choose(2, 'engaged')
    await form.move(2, 0)
    await form.remove(1)
    await form.add()
    await form.remove(2)
    await form.select('missing', 'branch')
    await form.fill('missingBranch', 'Strangers')
    expect(await form.numbers()).toEqual(['1', '2', '3', '4'])
    await form.done()
    expect(await editor.wires('split')).toEqual(['1->out 1', '2->out 2'])
    expect(await editor.labels('split')).toEqual(['engaged', 'west', 'Everyone else', 'Strangers'])
    await editor.undo()
    expect(await editor.wires('split')).toEqual(['0->out 0', '1->out 1', '2->out 2'])
    expect(await editor.labels('split')).toEqual(['vip', 'west', 'Everyone else'])
  })

  test('stay when people not found get an output, share one, and lose it', async () => {
    const labels = async (missing: string, branch?: string) => {
      const form = await editor.open('split')
      await form.select('missing', missing)
      if (branch !== undefined) await form.fill('missingBranch', branch)
      await form.done()
      return await editor.labels('split')
    }
    expect(await labels('branch', 'Strangers')).toEqual(['vip', 'west', 'Everyone else', 'Strangers'])
    expect(await labels('branch', 'west')).toEqual(['vip', 'west', 'Everyone else'])
    expect(await labels('error')).toEqual(['vip', 'west', 'Everyone else'])
    expect(await editor.wires('split')).toEqual(['0->out 0', '1->out 1', '2->out 2'])
  })

  test('stay when the form is opened and closed, in either way', async () => {
    const opened = await editor.open('split')
    await opened.remove(0)
    await opened.cancel()
    const again = await editor.open('split')
    await again.done()
    expect(await editor.wires('split')).toEqual(['0->out 0', '1->out 1', '2->out 2'])
    expect(await editor.labels('split')).toEqual(['vip', 'west', 'Everyone else'])
  })
})

test('the drop-down offers the segments of the service, by what people call them', async () => {
  await load([bySegment('vip'), bySegment('wset')])
  const form = await editor.open('split')
  expect(await form.segments(0)).toEqual(['Our best', 'west', 'pro', 'engaged'])
  expect((await form.segments(1))[0]).toBe('wset (the service has no such segment)')
  await form.add()
  expect(await form.segments(2)).toEqual(['choose…', 'Our best', 'west', 'pro', 'engaged'])
  await form.cancel()
})

describe('a service that cannot be asked is told of in the form, and the segments that were chosen stay', () => {
  const shown = async (of: Service): Promise<string> => {
    await load([bySegment('vip')], {}, of)
    const form = await editor.open('split')
    await form.problems.getByText('The segments cannot be listed').waitFor()
    expect(await form.segments(0)).toEqual(['vip'])
    const text = await form.problems.innerText()
    await form.done()
    expect(await editor.wires('split')).toEqual(['0->out 0', '1->out 1'])
    return text
  }

  test('with a wrong URL, which the node says below itself too', async () => {
    const { url, ...gone } = await openStranger(always(200, {}))
    await gone[Symbol.asyncDispose]()
    expect(await shown({ url, key: service.key })).toContain(
      `no answer of ${url}/segments: connect ECONNREFUSED`,
    )
    await editor.status(`no answer of ${url}/split: connect ECONNREFUSED`).waitFor()
  })

  test('with a wrong key', async () => {
    expect(await shown({ url: service.url, key: 'a-key-that-nobody-knows' })).toContain(
      'found a key that is not known',
    )
    await editor.status('found a key that is not known').waitFor()
  })

  test('with a service that fails', async () => {
    await using stranger = await openStranger(always(500, 'oops'))
    expect(await shown({ url: stranger.url, key: 'k' })).toContain('found the status 500')
  })
})

describe('what is still missing is told in the form, and at the node', () => {
  const cases: readonly (readonly [string, readonly Row[], object, readonly string[]])[] = [
    ['no branches', [], {}, ['There is no branch']],
    ['a branch without a segment', [bySegment('vip'), bySegment('')], {}, ['Branch 2 has no segment']],
    [
      'a percentage without a salt',
      [byPercent(10)],
      {},
      ['Percent branches are drawn by a salt, and there is none'],
    ],
    [
      'a percentage of more than everybody',
      [byPercent(101)],
      { salt: 's' },
      ['Branch 1 has no percentage from 0 to 100'],
    ],
    [
      'a branch twice',
      [bySegment('vip'), bySegment('west', 'vip')],
      {},
      ["'vip' is the name of two outputs"],
    ],
    [
      'a branch that is everyone else',
      [bySegment('vip', 'Everyone else')],
      {},
      ["'Everyone else' is the name of two outputs"],
    ],
    ['nothing', [bySegment('vip'), byPercent(10, 'tenth')], { salt: 's' }, []],
  ]
  beforeAll(() =>
    editor.load([
      serviceNode(service),
      { id: 'tab', type: 'tab', label: 'tab' },
      ...cases.map(([name, branches, more], i) =>
        splitNode({ branches, ...more }, { id: name, y: 60 + i * 80 }),
      ),
    ]),
  )

  test.each(cases)('%s', async (name, _branches, _more, expected) => {
    const form = await editor.open(name)
    const told = async () => (await form.problems.innerText()).split('\n').filter((line) => line !== '')
    await expect.poll(told).toEqual(expected)
    await form.done()
    const held = await editor.problems(name)
    expect(held).toHaveLength(expected.length)
    for (const sentence of expected) expect(held.join('\n')).toContain(sentence)
  })

  test('as it is filled in', async () => {
    await load([bySegment('vip')])
    const form = await editor.open('split')
    await form.add()
    await form.share(1, '12.5')
    expect(await form.branches.locator('.segmentry-segment').filter({ visible: true }).count()).toBe(1)
    expect(await form.problems.innerText()).toContain('salt')
    await form.fill('salt', 'spring')
    expect(await form.problems.isHidden()).toBe(true)
    await form.name(1, 'trial')
    await form.done()
    expect(await editor.labels('split')).toEqual(['vip', 'trial', 'Everyone else'])
    await editor.deploy()
    await red.send('split', ...about('ann', 'bob', 'cy'))
    await editor.status('3 asked').waitFor()
  })
})

test('a new node: pulled from the palette, with a service that is not deployed yet', async () => {
  await editor.load([{ id: 'tab', type: 'tab', label: 'tab' }])
  const { page } = editor
  await page.locator('#red-ui-palette-search input').fill('segment')
  await page
    .locator('.red-ui-palette-node[data-palette-type="segmentry-split"]')
    .dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y: 200 } })
  await page.locator('.red-ui-flow-node-group').locator('.red-ui-flow-node').dblclick()
  const form = await openedForm(page)
  expect(await form.segments(0)).toEqual(['choose…'])
  await page.locator('#node-input-btn-service-add').click()
  await page.locator('#node-config-input-url').waitFor()
  await standing(page)
  await page.locator('#node-config-input-url').fill(service.url)
  await page.locator('#node-config-input-key').fill(service.key)
  await page.locator('#node-config-dialog-ok').click()
  await page.locator('#node-config-input-url').waitFor({ state: 'detached' })
  await expect.poll(() => form.segments(0)).toEqual(['choose…', 'Our best', 'west', 'pro', 'engaged'])
  await form.choose(0, 'vip')
  await form.done()
  const [id] = await page.evaluate<string[]>(
    'RED.nodes.filterNodes({ type: "segmentry-split" }).map(({ id }) => id)',
  )
  expect(await editor.problems(id!)).toEqual([])
  expect(await editor.labels(id!)).toEqual(['vip', 'Everyone else'])
  await editor.deploy()
  await expect.poll(() => red.statuses(id!)).toEqual([''])
  await red.send(id!, ...about('ann'))
  expect(red.statuses(id!).at(-1)).toBe('1 asked')
})

test('help stands beside the form, and nobody outside was asked', async () => {
  await load([bySegment('vip')])
  await editor.page.evaluate('RED.sidebar.help.show("segmentry-split")')
  await editor.page.getByText('Sends each person down one branch').first().waitFor()
  expect(editor.complaints).toEqual([])
})
