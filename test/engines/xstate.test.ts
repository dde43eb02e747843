import { createActor, waitFor } from 'xstate'
import { afterAll, expect, test } from 'vitest'
import { openRoom } from './room.ts'

const room = await openRoom()
const { journey } = await import('./.recipes/xstate.ts')
afterAll(() => room[Symbol.asyncDispose]())

test('a machine that is restored is where the split left it, until it is told to decide anew', async () => {
  const actor = createActor(journey, { input: { person: 'ann' } }).start()
  expect((await waitFor(actor, ({ value }) => value !== 'deciding')).value).toBe('calling')
  const kept = JSON.stringify(actor.getPersistedSnapshot())
  expect(kept.length).toBeLessThan(200)
  actor.stop()

  await room.change()
  const restored = createActor(journey, {
    input: { person: 'ann' },
    snapshot: JSON.parse(kept) as ReturnType<typeof actor.getPersistedSnapshot>,
  }).start()
  expect(restored.getSnapshot().value).toBe('calling')
  restored.send({ type: 'decide' })
  expect((await waitFor(restored, ({ value }) => value !== 'deciding')).value).toBe('mailing')
})

test('a split that fails is a state of its own, and no branch', async () => {
  await room.sql('alter table segmentry.people rename to gone')
  const actor = createActor(journey, { input: { person: 'ann' } }).start()
  expect((await waitFor(actor, ({ value }) => value !== 'deciding')).value).toBe('failed')
  await room.sql('alter table segmentry.gone rename to people')
})
