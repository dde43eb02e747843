import { setTimeout as delay } from 'node:timers/promises'
import type { EvaluationOptions, Evaluator, SegmentsByKey } from '@segmentry/core'
import { expect, test } from 'vitest'
import { gathered } from '../../src/http/gather.ts'
import { evaluator, now, segments } from './client.ts'

const { vip, west } = segments

/** An evaluator whose questions are answered by hand, or end with their signal. */
function manual() {
  const asked: {
    readonly people: readonly string[]
    answer(): void
    fail(error: Error): void
    stopped: boolean
  }[] = []
  const which = (
    all: SegmentsByKey<string>,
    people: readonly string[],
    { signal, ...options }: EvaluationOptions = {},
  ) =>
    new Promise((resolve, reject) => {
      const one = {
        people,
        answer: () => resolve(evaluator.which(all, people, options)),
        fail: reject,
        stopped: false,
      }
      signal?.addEventListener('abort', () => {
        one.stopped = true
        reject(signal.reason as Error)
      })
      asked.push(one)
    })
  return { asked, evaluator: gathered({ ...evaluator, which: which as Evaluator['which'] }) }
}

test('questions that come while two run are asked as one, and each gets its own answer', async () => {
  const { asked, evaluator: gathering } = manual()
  const answers = ['ann', 'bob', 'cy', 'nobody', 'ann'].map((id) =>
    gathering.which({ vip, west }, [id, 'dot']),
  )
  expect(asked.map(({ people }) => people)).toEqual([
    ['ann', 'dot'],
    ['bob', 'dot'],
  ])
  asked[0]!.answer()
  await delay(1)
  expect(asked[2]!.people).toEqual(['cy', 'dot', 'nobody', 'dot', 'ann', 'dot'])
  asked[1]!.answer()
  asked[2]!.answer()
  const held = (await Promise.all(answers)).map((memberships) =>
    memberships.map((one) => [one.person, one.segments]),
  )
  expect(held).toEqual([
    [
      ['ann', ['vip', 'west']],
      ['dot', []],
    ],
    [
      ['bob', ['west']],
      ['dot', []],
    ],
    [
      ['cy', []],
      ['dot', []],
    ],
    [
      ['nobody', []],
      ['dot', []],
    ],
    [
      ['ann', ['vip', 'west']],
      ['dot', []],
    ],
  ])
})

test('other segments and other clocks are other questions', async () => {
  const { asked, evaluator: gathering } = manual()
  const answers = [
    gathering.which({ vip }, ['ann']),
    gathering.which({ west }, ['ann']),
    gathering.which({ vip }, ['ann'], { now }),
    gathering.which({ vip }, ['ann'], { now: '2026-01-01T00:00:00Z' }),
  ]
  expect(asked).toHaveLength(4)
  for (const one of asked) one.answer()
  const clocks = (await Promise.all(answers)).map(([membership]) => membership?.now)
  expect(clocks).toEqual([now, now, now, '2026-01-01T00:00:00.000Z'])
})

test('whoever goes leaves the others their answer, and a question that all have left is stopped', async () => {
  const { asked, evaluator: gathering } = manual()
  const going = [1, 2, 3, 4].map(() => new AbortController())
  const ask = (i: number) => gathering.which({ vip }, ['ann'], { signal: going[i]!.signal })
  const [first, second, third, fourth] = [ask(0), ask(1), ask(2), ask(3)]
  // Whoever goes while others are asked first need not wait for them.
  going[2]!.abort(new Error('third'))
  await expect(third).rejects.toThrow('third')
  going[0]!.abort(new Error('first'))
  await expect(first).rejects.toThrow('first')
  expect(asked[0]!.stopped).toBe(true)
  await delay(1)
  expect(asked[2]!.people).toEqual(['ann'])
  asked[1]!.answer()
  asked[2]!.answer()
  expect((await second)[0]?.segments).toEqual(['vip'])
  expect((await fourth)[0]?.segments).toEqual(['vip'])
  await expect(
    gathering.which({ vip }, ['ann'], { signal: AbortSignal.abort(new Error('before')) }),
  ).rejects.toThrow('before')
  expect(asked).toHaveLength(3)
})

test('of those asked together, one who goes stops nobody', async () => {
  const { asked, evaluator: gathering } = manual()
  const others = [gathering.which({ vip }, ['cy']), gathering.which({ vip }, ['cy'])]
  const going = new AbortController()
  const left = gathering.which({ vip }, ['bob'], { signal: going.signal })
  const stays = gathering.which({ vip }, ['ann'])
  asked[0]!.answer()
  await delay(1)
  expect(asked[2]!.people).toEqual(['bob', 'ann'])
  going.abort(new Error('went'))
  await expect(left).rejects.toThrow('went')
  expect(asked[2]!.stopped).toBe(false)
  asked[2]!.answer()
  expect((await stays)[0]?.segments).toEqual(['vip'])
  asked[1]!.answer()
  await Promise.all(others)
})

test('an error is that of all who were asked together, and the next are asked anew', async () => {
  const { asked, evaluator: gathering } = manual()
  const [first, second] = [gathering.which({ vip }, ['ann']), gathering.which({ vip }, ['bob'])]
  const [third, fourth] = [gathering.which({ vip }, ['cy']), gathering.which({ vip }, ['dot'])]
  asked[0]!.answer()
  await delay(1)
  const refused = Promise.allSettled([third, fourth])
  asked[2]!.fail(new Error('down'))
  expect(
    (await refused).map((one) => (one.status === 'rejected' ? String(one.reason) : 'an answer')),
  ).toEqual(['Error: down', 'Error: down'])
  asked[1]!.answer()
  await Promise.all([first, second])
  const again = gathering.which({ vip }, ['ann'])
  asked[3]!.answer()
  expect((await again)[0]?.segments).toEqual(['vip'])
})

test('a question about many people is one of its own, and small ones fill others up to a limit', async () => {
  const { asked, evaluator: gathering } = manual()
  const ids = (n: number) => Array.from({ length: n }, (_, i) => `p${i}`)
  const answers = [1, 1, 600, 600, 1_001].map((n) => gathering.which({ vip }, ids(n)))
  expect(asked.map(({ people }) => people.length)).toEqual([1, 1, 1_001])
  asked[0]!.answer()
  await delay(1)
  asked[1]!.answer()
  await delay(1)
  expect(asked.map(({ people }) => people.length)).toEqual([1, 1, 1_001, 600, 600])
  for (const one of asked) one.answer()
  expect((await Promise.all(answers)).map(({ length }) => length)).toEqual([1, 1, 600, 600, 1_001])
})
