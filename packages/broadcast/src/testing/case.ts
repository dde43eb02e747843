import assert from 'node:assert/strict'
import type { FailureClass, Gate, Outcome, Outgoing, Transport } from '../transport/transport.ts'

/** A message as it arrived; what the other side does not show is left out. */
export interface Delivered {
  /** As the other side has it: with its domain in ASCII. */
  readonly to: string
  /** The address alone. */
  readonly from?: string
  readonly replyTo?: string
  readonly subject?: string
  readonly html?: string
  readonly text?: string
  /** By their names in small letters. */
  readonly headers?: Readonly<Record<string, string>>
  readonly attachments?: readonly {
    readonly filename: string
    readonly contentType: string
    readonly contentId?: string
    readonly content: Uint8Array
  }[]
}

/** A transport, opened against something that takes its messages. */
export interface OpenedTransport {
  readonly transport: Transport
  /** All that arrived so far, repeated messages as often as they did. */
  readonly delivered: () => Promise<readonly Delivered[]>
  /** Ends what `open` began; the transport is closed before. */
  readonly close?: () => Promise<void>
}

/** Something that goes wrong on the other side. */
export interface TransportFault<O extends OpenedTransport> {
  readonly begin: (opened: O) => void | Promise<void>
  readonly end: (opened: O) => void | Promise<void>
  /** What the messages of this time are to be told: a class, or `sent`. */
  readonly expected: FailureClass | 'sent'
}

/** What a case looks at. */
export interface Subject {
  readonly opened: OpenedTransport
  /** Texts that no outcome may contain. */
  readonly secrets: readonly string[]
}

/** Cases by name. */
export type Cases = Readonly<Record<string, (subject: Subject) => Promise<void>>>

/** What stands in every message and in no outcome. */
export const confidential = 'dear-reader-of-the-suite'

let series = 0
const run = crypto.randomUUID().slice(0, 8)

/** Messages that nobody else has, to people of their own. */
export function messagesOf(count: number, change: Partial<Outgoing> = {}): readonly Outgoing[] {
  series += 1
  return Array.from({ length: count }, (_, i) => {
    const person = `${run}-${series}-${i + 1}`
    return Object.freeze({
      key: `suite-${person}`,
      broadcast: `suite-${run}`,
      person,
      to: `${person}@example.com`,
      from: 'Ann of the Shop <ann@shop.example>',
      subject: `${confidential} ${person}`,
      html: `<p>${confidential}: <b>${person}</b></p>`,
      text: `${confidential}: ${person}`,
      headers: Object.freeze({}),
      attachments: Object.freeze([]),
      ...change,
    })
  })
}

/** Sends, and checks what holds for every call. */
export async function send(
  { opened: { transport }, secrets }: Subject,
  messages: readonly Outgoing[],
  signal: AbortSignal = new AbortController().signal,
  gate?: Gate,
): Promise<readonly Outcome[]> {
  const outcomes = await transport.send(messages, signal, gate)
  assert.equal(outcomes.length, messages.length, 'there is an outcome for each message')
  const told = JSON.stringify(outcomes)
  for (const secret of [confidential, ...secrets]) {
    assert.ok(!told.includes(secret), 'an outcome contains what the message says, or a secret')
  }
  for (const outcome of outcomes) {
    if (outcome.status === 'sent') continue
    assert.ok(['retry', 'recipient', 'sender', 'unknown'].includes(outcome.class), outcome.class)
    assert.match(outcome.reason, /^[^\p{Cc}]{3,400}$/u)
    const { waitMs = 0 } = outcome
    assert.ok(Number.isFinite(waitMs) && waitMs >= 0, `waitMs is ${waitMs}`)
  }
  return outcomes
}

/** What an outcome says, in one word. */
export const wordOf = (outcome: Outcome): string => (outcome.status === 'sent' ? 'sent' : outcome.class)

/** Checks the words of all outcomes. */
export function expectWords(outcomes: readonly Outcome[], expected: readonly string[]): void {
  assert.deepEqual(outcomes.map(wordOf), expected, JSON.stringify(outcomes))
}

/** How often each message arrived, found by its address. */
export async function arrivals(
  { opened }: Subject,
  messages: readonly Outgoing[],
): Promise<readonly number[]> {
  const counts = new Map<string, number>()
  for (const { to } of await opened.delivered()) counts.set(to, (counts.get(to) ?? 0) + 1)
  return messages.map(({ to }) => counts.get(to) ?? 0)
}

/** Checks that what outcomes say is so: what was sent arrived once, and what was not sent did not. */
export async function expectTruth(
  subject: Subject,
  messages: readonly Outgoing[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const found = await arrivals(subject, messages)
  for (const [i, outcome] of outcomes.entries()) {
    const word = wordOf(outcome)
    const fine = word === 'unknown' ? found[i]! <= 1 : found[i] === (word === 'sent' ? 1 : 0)
    assert.ok(
      fine,
      `a message of which was said '${word}' arrived ${found[i]} times: ${JSON.stringify(outcome)}`,
    )
  }
}

/** The one message that arrived for an address. */
export async function arrived({ opened }: Subject, to: string): Promise<Delivered> {
  const found = (await opened.delivered()).filter((one) => one.to === to)
  assert.equal(found.length, 1, `${found.length} messages arrived for ${to}`)
  return found[0]!
}
