import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { outputOf } from '../src/output.ts'
import { graphMermaid, graphText } from '../src/view/graph.ts'
import { table } from '../src/view/table.ts'

/** A stream that keeps what is written, and is a terminal or not. */
function stream(isTTY: boolean) {
  const kept: string[] = []
  const made = Object.assign(new PassThrough(), { isTTY, getColorDepth: () => 4 })
  made.on('data', (piece: Buffer) => kept.push(piece.toString()))
  return { stream: made as unknown as NodeJS.WriteStream, text: () => kept.join('') }
}

test('what takes longer than a second is told on a terminal, and wiped off when it is done', async () => {
  const [out, err] = [stream(true), stream(true)]
  const output = outputOf(out.stream, err.stream)
  expect(await output.during('Counting', delay(10, 1))).toBe(1)
  expect(err.text()).toBe('')
  expect(await output.during('Counting', delay(2_300, 2))).toBe(2)
  expect(err.text()).toBe('\rCounting … 1 s\rCounting … 2 s\r\u001B[K')
  await expect(output.during('Counting', Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(out.text()).toBe('')
})

test('nobody who does not watch is told', async () => {
  const err = stream(false)
  await outputOf(stream(false).stream, err.stream).during('Counting', delay(1_200))
  expect(err.text()).toBe('')
})

test('a table has its numbers at the right and every row on one line', () => {
  const rows = [
    ['vip', '1,000'],
    ['a\nb', '7'],
  ]
  expect(table(rows, { head: ['segment', 'people'], right: [1], style: (text) => `*${text}*` })).toBe(
    '*segment  people*\nvip       1,000\na\\nb          7',
  )
})

test('a graph tells what stands above it already once, and its labels are no code', () => {
  const references = { deep: ['middle', 'low'], middle: ['low'], low: ['ground'], ground: [], 'a"b': [] }
  expect(graphText(references).split('\n')).toEqual([
    'deep',
    '├─ middle',
    '│  └─ low',
    '│     └─ ground',
    '└─ low …',
    'a"b',
  ])
  expect(graphMermaid(references)).toContain('s4["a#34;b"]')
})
