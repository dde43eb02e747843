import { createRequire } from 'node:module'
import type { INodeParameters, NodeHelpers as Helpers } from 'n8n-workflow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describedNode, loadOptions, nodeWorkflow } from './harness.ts'
import { type Opened, openService } from '../setup/service.ts'
import { byPercent, bySegment, type Row, splitNode } from './workflow.ts'

const { NodeHelpers } = createRequire(import.meta.url)('n8n-workflow') as { NodeHelpers: typeof Helpers }

let service: Opened
beforeAll(async () => void (service = await openService()))
afterAll(() => service[Symbol.asyncDispose]())

/** What the editor draws. */
async function drawn(rows: readonly Row[], parameters: INodeParameters = {}): Promise<readonly unknown[]> {
  const node = splitNode({ rows, parameters })
  const workflow = nodeWorkflow(node)
  await workflow.expression.acquireIsolate()
  try {
    const outputs = NodeHelpers.getNodeOutputs(workflow, node, describedNode('splitBySegment'))
    return outputs.map((output) => (typeof output === 'object' ? output.displayName : output))
  } finally {
    await workflow.expression.releaseIsolate()
  }
}

describe('the outputs that the editor draws', () => {
  test.each<[string, readonly Row[], INodeParameters, readonly string[]]>([
    ['a new node', [], {}, ['Everyone else']],
    ['a row that is not filled in', [bySegment('', '')], {}, ['Everyone else']],
    [
      'branches with titles, by segment and by percent',
      [bySegment('vip', 1), bySegment('west', 2, 'California'), byPercent(12.5, 3)],
      { otherwise: 'The rest' },
      ['The rest', 'vip', 'California', '12.5 %'],
    ],
    [
      'an output that nobody uses any more',
      [bySegment('west', 3)],
      {},
      ['Everyone else', 'Not used', 'Not used', 'west'],
    ],
    [
      'people not found',
      [bySegment('vip', 1)],
      { missing: 'output', missingOutput: 2 },
      ['Everyone else', 'vip', 'Not found'],
    ],
    [
      'people not found with a branch',
      [bySegment('vip', 1)],
      { missing: 'output', missingOutput: 1 },
      ['Everyone else', 'vip / Not found'],
    ],
    ['a number that cannot be', [bySegment('vip', 10 ** 9)], {}, ['Everyone else']],
  ])('%s', async (_, rows, parameters, expected) => {
    expect(await drawn(rows, parameters)).toEqual(expected)
  })
})

describe('drop-downs', () => {
  test('offer the segments of the service, by what people call them', async () => {
    const options = await loadOptions(splitNode({ rows: [] }), 'getSegments', service)
    expect(options).toEqual([
      { name: 'Our best', value: 'vip', description: 'Whom we call by name.' },
      { name: 'west', value: 'west' },
      { name: 'pro', value: 'pro' },
      { name: 'engaged', value: 'engaged' },
    ])
  })

  test('say what is wrong when the service cannot be asked', async () => {
    const wrongKey = { url: service.url, key: 'a-key-that-nobody-knows' }
    await expect(loadOptions(splitNode({ rows: [] }), 'getSegments', wrongKey)).rejects.toThrow(
      /found a key that is not known/,
    )
  })

  test('offer the outputs there are, and the next one', async () => {
    const offered = async (...rows: readonly Row[]) =>
      (await loadOptions(splitNode({ rows }), 'getOutputs', service)).map(({ name }) => name)
    expect(await offered()).toEqual(['1 (New)'])
    expect(await offered(bySegment('vip', 2), bySegment('west', ''))).toEqual([
      '1 (Not used)',
      '2 (vip)',
      '3 (New)',
    ])
  })
})

test('the package is whole: nodes, credentials, icons and what the panel of nodes shows', () => {
  const { iconUrl, codex, credentials, subtitle } = describedNode('splitBySegment')
  expect(codex?.categories).toContain('Core Nodes')
  expect(iconUrl).toMatchObject({
    light: expect.stringMatching(/\.svg$/),
    dark: expect.stringMatching(/\.svg$/),
  })
  expect(credentials).toEqual([{ name: 'segmentryApi', required: true }])
  expect(subtitle).toBeDefined()
})
