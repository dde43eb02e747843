import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Progress } from '@segmentry/broadcast'
import { type Output, outputOf } from '../src/output.ts'
import { graphMermaid, graphText } from '../src/view/graph.ts'
import { progressLine } from '../src/view/progress.ts'
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

test('what changes takes its own place on a terminal, and a line each elsewhere', () => {
  const [terminal, log] = [stream(true), stream(false)]
  const [{ ticker: there }, { ticker: here }] = [terminal, log].map((err) =>
    outputOf(stream(false).stream, err.stream),
  ) as [Output, Output]
  for (const ticker of [there, here]) {
    ticker.show('1 sent')
    ticker.show('x'.repeat(100))
    ticker.clear()
    ticker.clear()
  }
  expect(terminal.text()).toBe(`\r1 sent\u001B[K\r${'x'.repeat(79)}\u001B[K\r\u001B[K`)
  expect(log.text()).toBe(`1 sent\n${'x'.repeat(100)}\n`)
})

test('a line of progress says how much there is to go, and how long that takes', () => {
  const progress: Progress = {
    broadcast: 'may',
    state: 'sending',
    frozenAt: '2026-05-01T09:00:00.000Z',
    people: 5_000,
    pending: 3_600,
    inHand: 0,
    sent: 1_190,
    failed: 10,
    unknown: 0,
    skipped: 200,
    cancelled: 0,
    reasons: {},
  }
  const line = (more: Partial<Progress>, rate = 0) => progressLine({ ...progress, ...more }, rate)
  expect(line({}, 98.4)).toBe('may: 1,190 sent, 10 failed, 3,600 to go; 98 a second, about 37 seconds left')
  expect(line({ failed: 0, unknown: 2 }, 0.5)).toBe(
    'may: 1,190 sent, 2 unknown, 3,600 to go; 0.5 a second, about 2 hours left',
  )
  expect(line({})).toBe('may: 1,190 sent, 10 failed, 3,600 to go')
  expect(line({ nextAt: '2026-05-01T21:00:00.000Z' }, 98)).toBe(
    'may: 1,190 sent, 10 failed, 3,600 to go; the next at 2026-05-01T21:00:00.000Z',
  )
  expect(line({ state: 'done', pending: 0 }, 98)).toBe('may: done, 1,190 sent, 10 failed')
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
