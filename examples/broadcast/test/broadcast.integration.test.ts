import { expect, test } from 'vitest'
import { run } from '../src/run.ts'

test('segments, a plan, mail, and what people do with it', async () => {
  const story: string[] = []
  await run((line) => void story.push(line))
  expect(story).toEqual([
    'meant: 7, to send: 3 (ann, bob, eve)',
    '  excluded: dan',
    '  opted-out: cid',
    '  no-address: fay',
    '  duplicate: eve-old',
    'done: 3 sent',
    '  to ann@example.com: Spring, Ann',
    '  to EVE@example.com: Spring, Eve',
    '  to bob@example.com: Spring, friend',
    'sent to ann? sent',
    'sent to dan? excluded',
    'opened: nobody',
    'opened: ann',
    'interested: bob',
    'next time: ann, bob; suppressed: eve, eve-old',
  ])
})
