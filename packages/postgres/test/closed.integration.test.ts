import { defineSchema, type SchemaOf, segmentry, text } from '@segmentry/core'
import { describe, expect, test } from 'vitest'
import { type Connection, openEvaluator, openStore } from '../src/index.ts'
import { backends } from './backends.ts'

// Whoever asks after the end is told so, whatever they were opened on.

const schema = defineSchema({ fields: { state: text() } })
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
const everyone = segment().group((g) => g.everyone())

describe.each(backends)('on %s', (_, open) => {
  test('a store and an evaluator that were closed say so', async () => {
    const backend = await open()
    const ways: readonly Connection[] = [
      backend.connection,
      ...(backend.url === undefined ? [] : [{ connectionString: backend.url }]),
    ]
    for (const connection of ways) {
      const store = await openStore(schema, connection)
      const evaluator = await openEvaluator(store.source, connection)
      await store.ingest({ people: [{ id: 'ann' }] })
      expect(await evaluator.count(everyone)).toBe(1)
      await store.close()
      await evaluator.close()
      // Twice is once.
      await store.close()
      await evaluator.close()
      const closed = (what: string) => ({
        _tag: 'ClosedError',
        message: `${what} was closed before this was asked. Close it when nothing is asked of it any more, or open another one.`,
      })
      await expect(store.ingest({ people: [{ id: 'bob' }] })).rejects.toMatchObject(closed('the store'))
      await expect(store.analyze()).rejects.toMatchObject(closed('the store'))
      await expect(evaluator.count(everyone)).rejects.toMatchObject(closed('the evaluator'))
      await expect(evaluator.has(everyone, 'ann')).rejects.toMatchObject(closed('the evaluator'))
      await expect(Array.fromAsync(evaluator.members(everyone))).rejects.toMatchObject(
        closed('the evaluator'),
      )
    }
    await backend.close()
  })
})
