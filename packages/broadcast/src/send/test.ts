import { randomUUID } from 'node:crypto'
import { emailDomain, shown } from '@segmentry/core'
import { type EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { Broadcast } from '../broadcast/types.ts'
import { clock, type Context } from '../context.ts'
import { type BroadcastError, broadcastError, issueOf } from '../errors.ts'
import { Issues } from '../issues.ts'
import { runPlan } from '../plan/run.ts'
import type { Outcome, Outgoing, Transport } from '../transport/transport.ts'
import { composer, type Links } from './compose.ts'
import { checkTransport } from './options.ts'
import { wrongOutcomes } from './settlement.ts'

/** How a broadcast is tried. */
export interface TestOptions {
  readonly transport: Transport
  /** The addresses that receive it: yours, not those of people. */
  readonly to: readonly string[]
  /** Whose fields it is filled with; the first of those who would be sent to unless told. */
  readonly person?: string
  /** The links that stand in it; they lead nowhere that changes anything. */
  readonly links?: Links
}

/** What became of one message that was sent to try. */
export interface TestSent {
  readonly to: string
  readonly person: string
  readonly variant?: string
  readonly outcome: Outcome
}

const keys = ['transport', 'to', 'person', 'links']
const most = 20

function testIssues(broadcast: Broadcast, options: unknown): Issues {
  const issues = new Issues()
  const { to, person, transport, links } = issues.record<TestOptions>(options, [], keys)
  const { channel = 'email' } = broadcast
  const isAddress = (one: unknown): boolean =>
    typeof one === 'string' && one.trim() !== '' && (channel !== 'email' || emailDomain(one) !== undefined)
  if (!Array.isArray(to) || to.length === 0 || to.length > most) {
    issues.report(['to'], shown(to), `a list of 1 to ${most} addresses`)
  } else {
    to.forEach((one: unknown, i) => issues.need(isAddress(one), ['to', i], one, 'an address'))
  }
  const isPerson = person === undefined || (typeof person === 'string' && !person.includes('\0'))
  issues.need(isPerson, ['person'], person, 'the id of a person')
  checkTransport(broadcast, { ...(transport && { transport }), ...(links && { links }) }, issues)
  if (broadcast.message === undefined && transport?.bare === true) {
    issues.report(['message'], 'no message', 'a message, as nothing else can be tried')
  }
  return issues
}

/**
 * Sends what a broadcast would say to one person to other addresses, a message for each variant, and writes nothing down.
 *
 * Its links have the name of no broadcast, so that whoever tries them unsubscribes nobody.
 */
export const sendTest = (
  context: Context,
  broadcast: Broadcast,
  options: TestOptions,
): Effect.Effect<readonly TestSent[], BroadcastError | EvaluationError> =>
  Effect.gen(function* () {
    const { key } = broadcast
    const refuse = (path: readonly string[], found: string, expected: string) =>
      broadcastError('bad-request', key, issueOf(path, found, expected))
    const { all: issues } = testIssues(broadcast, options)
    if (issues.length > 0) return yield* broadcastError('bad-request', key, ...issues)
    const { transport, to, links = {} } = options
    const person = options.person ?? (yield* runPlan(context, broadcast, { sampleSize: 1 })).samples.toSend[0]
    if (person === undefined)
      return yield* refuse(['person'], 'nobody who would be sent to', 'the id of a person')
    const now = yield* context.database.read(clock)
    const variants = Object.keys(broadcast.variants ?? {})
    const claimed = (variants.length === 0 ? [null] : variants).flatMap((variant) =>
      to.map((address) => ({ person, address, variant, attempt: 0 })),
    )
    const compose = composer(context, broadcast, links, now, `test:${key}`)
    const composed = yield* Effect.tryPromise({
      try: () => compose(claimed),
      catch: (error) => error as EvaluationError,
    })
    const messages: Outgoing[] = []
    for (const one of composed) {
      if ('outgoing' in one) messages.push(marked(one.outgoing, key))
      else if (one.skip === 'gone') {
        return yield* refuse(['person'], `'${person}', who is not there`, 'the id of somebody who is')
      } else {
        const lacks = one.skip === 'incomplete' ? `who has no ${one.detail}` : `for whom ${one.detail}`
        return yield* refuse(['person'], `'${person}', ${lacks}`, 'somebody whom the message can be made for')
      }
    }
    const outcomes = yield* Effect.promise(() => delivered(transport, messages))
    return outcomes.map((outcome, i) => {
      const { address, variant } = claimed[i]!
      return { to: address, person, ...(variant !== null && { variant }), outcome }
    })
  })

/** As people and programs see that it is none of the broadcast's. Its key is new, as providers would not deliver one that they know. */
const marked = (outgoing: Outgoing, key: string): Outgoing => ({
  ...outgoing,
  key: randomUUID(),
  subject: `[Test] ${outgoing.subject}`,
  headers: { ...outgoing.headers, 'X-Segmentry-Test': key },
})

async function delivered(transport: Transport, messages: readonly Outgoing[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let at = 0; at < messages.length; at += transport.batch) {
    const some = messages.slice(at, at + transport.batch)
    const unknown = (reason: string): readonly Outcome[] =>
      some.map(() => ({ status: 'failed', class: 'unknown', reason }))
    try {
      const answer = await transport.send(some, new AbortController().signal, async () => true)
      const wrong = wrongOutcomes(answer, some.length)
      outcomes.push(...(wrong === undefined ? answer : unknown(wrong)))
    } catch (error) {
      outcomes.push(...unknown(error instanceof Error ? error.message : 'the transport failed'))
    }
  }
  return outcomes
}
