import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from '@segmentry/flow/http'
import { expect, test } from 'vitest'
import { welcomeService } from '../../examples/welcome-service/src/service.ts'
import { type NodeJson, openNodeRed, until } from './harness.ts'
import { packed } from './pack.ts'

test('the example is imported, and welcomes each in one way', async () => {
  const file = new URL('../../examples/flow-node-red/welcome.json', import.meta.url)
  const text = readFileSync(file, 'utf8')
  const imported = JSON.parse(text) as readonly NodeJson[]
  // A flow is exported without keys: whoever imports it puts one in.
  expect(imported.filter((node) => 'credentials' in node)).toEqual([])
  // Node-RED offers what stands in this folder under "Import", "Examples".
  expect(readFileSync(join(packed, 'examples/welcome.json'), 'utf8')).toBe(text)

  const key = 'a-key-that-only-tests-know'
  const questions: string[] = []
  const service = welcomeService(key)
  await using server = await serve(
    { ...service, answer: (ask) => (questions.push(ask.url), service.answer(ask)) },
    { port: 0 },
  )
  await using red = await openNodeRed()
  await red.deploy(
    imported.map((node) =>
      node.type === 'segmentry-service' ? { ...node, url: server.url, credentials: { key } } : node,
    ),
  )
  await until(() => questions.length === 1, 'the deployment had asked')
  await red.admin('/inject/welcome-new', {})

  const names = (id: string) => red.reached(id).map(({ payload }) => (payload as { name: string }).name)
  const ends = ['welcome-call', 'welcome-offer', 'welcome-mail', 'welcome-failed']
  await until(() => ends.flatMap(names).length === 6, 'six people had arrived')
  expect(ends.map(names)).toEqual([['Ann', 'Eve'], ['Bob'], ['Cy', 'Dot', 'Fay, whom nobody knows'], []])
  expect(questions).toEqual(['/split', '/split'])
  expect(red.reached('welcome-mail').at(-1)).toMatchObject({ decision: { reason: 'not-found' } })
})
