import { expect, test } from 'vitest'
import * as crm from './crm.ts'
import * as journey from './journey.ts'
import { runBench } from './run.ts'

test('every question is measured in both modes, and every way of asking finds the same people', async () => {
  const { text, results } = await runBench({ people: 2_000, events: 40_000, rounds: 1 }, () => undefined)
  const { shapes, inProcess, messages, service, broadcast, plan, exported } = results
  expect(shapes.map(({ shape }) => shape)).toEqual([...crm.shapes, ...journey.shapes].map(({ name }) => name))
  expect(shapes.filter(({ agreed }) => !agreed)).toEqual([])
  expect(shapes.filter(({ found }) => found > 0).length).toBeGreaterThan(shapes.length - 3)
  expect([...inProcess, ...messages].filter(({ agreed }) => !agreed)).toEqual([])
  expect(service.map(({ name, agreed }) => [name, agreed])).toEqual([
    ['bare node:http', true],
    ['segmentry, in process', true],
    ['segmentry, Postgres', true],
  ])
  expect(broadcast.filter(({ agreed }) => !agreed)).toEqual([])
  expect(plan.filter(({ agreed }) => !agreed)).toEqual([])
  expect(exported.filter(({ agreed }) => !agreed)).toEqual([])
  for (const { name } of [...inProcess, ...messages, ...service, ...broadcast, ...plan, ...exported])
    expect(text).toContain(name)
})
