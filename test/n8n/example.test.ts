import { serve } from '@segmentry/flow/http'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { welcomeService } from '../../examples/welcome-service/src/service.ts'
import { runWorkflow, type WorkflowJson } from './harness.ts'

test('the example is imported and welcomes each in one way', async () => {
  const file = new URL('../../examples/flow-n8n/welcome.json', import.meta.url)
  const imported = JSON.parse(readFileSync(file, 'utf8')) as WorkflowJson
  const split = imported.nodes.find(({ type }) => type === 'n8n-nodes-segmentry.splitBySegment')
  // A workflow is exported without credentials: whoever imports it chooses one.
  expect(split).not.toHaveProperty('credentials')
  const credentials = { segmentryApi: { id: '1', name: 'the service of the example' } }
  const nodes = imported.nodes.map((node) => (node === split ? { ...node, credentials } : node))

  const key = 'a-key-that-only-tests-know'
  await using service = await serve(welcomeService(key), { port: 0 })
  const outcome = await runWorkflow({ ...imported, nodes }, { url: service.url, key })
  const names = (node: string) => outcome.reached(node).map(({ json }) => json['name'])
  expect(outcome.error).toBeUndefined()
  expect(names('Call them')).toEqual(['Ann', 'Eve'])
  expect(names('Send the offer')).toEqual(['Bob'])
  expect(names('Send the welcome mail')).toEqual(['Cy', 'Dot', 'Fay, whom nobody knows'])
})
