import assert from 'node:assert/strict'
import {
  arrivals,
  expectTruth,
  expectWords,
  messagesOf,
  type OpenedTransport,
  send,
  type Subject,
  type TransportFault,
  wordOf,
} from './case.ts'

/**
 * One time of fault: what is said of its messages is so, and when it is over, what may be handed over again arrives, once in all.
 */
export async function throughFault<O extends OpenedTransport>(
  subject: Subject & { readonly opened: O },
  fault: TransportFault<O>,
): Promise<void> {
  const { opened } = subject
  const messages = messagesOf(Math.min(opened.transport.batch, 3))
  await fault.begin(opened)
  let outcomes
  try {
    outcomes = await send(subject, messages)
    expectWords(
      outcomes,
      messages.map(() => fault.expected),
    )
    await expectTruth(subject, messages, outcomes)
    if (fault.expected === 'sender') await refusedAtVerify(subject)
  } finally {
    await fault.end(opened)
  }
  const again = messages.filter((_, i) => mayBeRepeated(wordOf(outcomes[i]!), opened.transport.remembersMs))
  if (again.length > 0) {
    expectWords(
      await send(subject, again),
      again.map(() => 'sent'),
    )
    assert.deepEqual(
      await arrivals(subject, again),
      again.map(() => 1),
    )
  }
  const others = messagesOf(1)
  expectWords(await send(subject, others), ['sent'])
  assert.deepEqual(await arrivals(subject, others), [1])
}

const mayBeRepeated = (word: string, remembersMs: number | undefined): boolean =>
  word === 'retry' || word === 'sender' || (word === 'unknown' && remembersMs !== undefined)

/** It may find nothing wrong, as some things show only in a message; what it says contains no secret. */
async function refusedAtVerify({ opened, secrets }: Subject): Promise<void> {
  try {
    await opened.transport.verify?.()
  } catch (error) {
    assert.ok(error instanceof Error)
    for (const secret of secrets) assert.ok(!JSON.stringify([error.message, error]).includes(secret))
  }
}
