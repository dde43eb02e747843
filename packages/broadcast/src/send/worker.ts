import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@segmentry/postgres/effect'
import { compiled, toPromise } from '@segmentry/postgres/effect'
import type { RawBuilder } from 'kysely'
import type { Broadcast } from '../broadcast/types.ts'
import { stateQuery } from '../ledger/control.ts'
import type { Outcome, Outgoing, Transport } from '../transport/transport.ts'
import { Bell } from './bell.ts'
import { Handover } from './handover.ts'
import { Health } from './health.ts'
import type { Pace } from './pace.ts'
import { type Retries, type Settlement, settlementOf, wrongOutcomes } from './settlement.ts'
import * as ask from './statements.ts'

/** A message that has been made for somebody, or why it could not be. */
export type Composed = { readonly outgoing: Outgoing } | { readonly skip: string; readonly detail?: string }

/** What a worker needs. */
export interface WorkerContext {
  readonly database: Database
  readonly ledger: string
  readonly broadcast: Broadcast
  readonly transport: Transport
  readonly compose: (claimed: readonly ask.Claimed[]) => Promise<readonly Composed[]>
  readonly pace: Pace | undefined
  readonly retries: Retries
  /** How long after a worker was last seen what it had in hand is taken back. */
  readonly leaseMs: number
  /** The share of messages refused for good, of a hundred or more, at which the broadcast pauses. */
  readonly mostRefused: number
}

/** How a worker ended: with the state the broadcast has then. */
export type Ended = 'done' | 'paused' | 'cancelled' | 'stopped'

/** A worker that sends a broadcast. */
export interface Worker {
  /** Resolves when nothing is left to do, the broadcast is paused or cancelled, or the worker was stopped. */
  readonly ended: Promise<Ended>
  /** Hands nothing over any more, waits for what has been, and gives the rest back. */
  stop(): void
}

interface Ready {
  readonly claimed: ask.Claimed
  readonly outgoing: Outgoing
}

/** How long to wait before the ledger is asked again whether there is something to do. */
const restMs = 1_000
/** How long a message may wait for others to ask with. */
const gatherMs = 10
/** Messages in one hand-over. */
const mostAtOnce = 500

/** Starts sending. */
export function startWorker(context: WorkerContext): Worker {
  const worker = new Sender(context)
  return { ended: worker.run(), stop: () => worker.stop() }
}

class Sender {
  readonly #context: WorkerContext
  readonly #desk: ask.Desk
  readonly #stopped = new AbortController()
  readonly #ready: Ready[] = []
  readonly #handover: Handover
  readonly #health = new Health()
  #calls = 0
  #claiming: Promise<void> | undefined
  /** Until when there was nothing to claim. */
  #dryUntil = 0
  #state: string = 'sending'
  readonly #bell = new Bell()
  #failingSince: number | undefined
  #failed: unknown

  constructor(context: WorkerContext) {
    this.#context = context
    const { ledger, broadcast } = context
    this.#desk = { ledger, broadcast, worker: randomUUID() }
    this.#handover = new Handover({
      database: context.database,
      desk: this.#desk,
      remembersMs: context.transport.remembersMs,
      ring: () => this.#bell.ring(),
    })
  }

  stop(): void {
    this.#stopped.abort()
    this.#bell.ring()
  }

  async run(): Promise<Ended> {
    const { leaseMs } = this.#context
    await this.#look()
    const looking = setInterval(() => void this.#look().catch(() => undefined), leaseMs / 3)
    try {
      while (this.#isSending()) await this.#trying(() => this.#turn())
      await this.#settleAll()
    } finally {
      clearInterval(looking)
    }
    await this.#ask(ask.leaveQuery(this.#desk))
    if (this.#failed !== undefined) throw this.#failed
    return this.#state === 'sending' ? 'stopped' : (this.#state as Ended)
  }

  #isSending(): boolean {
    return this.#state === 'sending' && !this.#stopped.signal.aborted && this.#failed === undefined
  }

  /** One look at what there is to do, and waiting where that is nothing. */
  async #turn(): Promise<void> {
    this.#fill()
    if (this.#handover.settled > 0 || this.#handover.asking > 0) {
      await this.#gathered()
      await this.#write()
    }
    const room = this.#room()
    if (room > 0 && this.#ready.length > 0) {
      const wait = await this.#dispatch(room)
      // Sleep is cut short when a call ends; what it made room for has to wait for the pace all the same.
      if (wait > 0) await this.#bell.wait(wait)
      return
    }
    const idle = this.#calls === 0 && this.#claiming === undefined && this.#ready.length === 0
    if (idle) await this.#rest()
    else await this.#bell.wait(Math.min(this.#health.holdMs() || restMs, restMs))
  }

  /**
   * Goes on after an error of the database, until it has failed for as long as a worker may be out of sight: what is in hand
   * is kept, and written down when the database is back.
   */
  async #trying(action: () => Promise<void>): Promise<void> {
    try {
      await action()
      this.#failingSince = undefined
    } catch (error) {
      this.#failingSince ??= Date.now()
      if (Date.now() - this.#failingSince > this.#context.leaseMs) throw error
      await delay(restMs / 4)
    }
  }

  /** How many messages can be handed over now. */
  #room(): number {
    const { batch, concurrency } = this.#context.transport
    const free = Math.max(0, concurrency - this.#calls) * batch
    return Math.min(free, mostAtOnce, this.#health.most())
  }

  /** Claims and composes ahead, so that there is always something to hand over. */
  #fill(): void {
    const { batch, concurrency } = this.#context.transport
    const enough = Math.max(100, 2 * batch * concurrency)
    if (this.#claiming !== undefined || this.#ready.length * 2 > enough || Date.now() < this.#dryUntil) return
    this.#claiming = this.#trying(() => this.#claim(enough - this.#ready.length))
      .catch((error: unknown) => void (this.#failed = error))
      .finally(() => {
        this.#claiming = undefined
        this.#bell.ring()
      })
  }

  async #claim(most: number): Promise<void> {
    const claimed = await this.#ask(ask.claimQuery(this.#desk, most))
    if (claimed.length === 0) {
      this.#dryUntil = Date.now() + restMs
      return
    }
    const composed = await this.#context.compose(claimed)
    for (const [i, one] of composed.entries()) {
      if ('outgoing' in one) this.#ready.push({ claimed: claimed[i]!, outgoing: one.outgoing })
      else this.#handover.settle(skipped(claimed[i]!.person, one))
    }
  }

  /** Waits a little while few messages ask: what is written for several costs about as much as for one. */
  async #gathered(): Promise<void> {
    const { batch, concurrency } = this.#context.transport
    const several = Math.ceil((batch * concurrency) / 2)
    const isTime = (): boolean => {
      const { settled, asking } = this.#handover
      return settled + asking >= several || this.#calls * batch <= asking
    }
    for (const end = performance.now() + gatherMs; !isTime() && performance.now() < end;) {
      await this.#bell.wait(end - performance.now())
    }
  }

  /** Gives the next messages to the transport; tells how long to wait before the next ones, by the pace. */
  async #dispatch(room: number): Promise<number> {
    const { pace, transport } = this.#context
    const next = this.#ready.splice(0, room)
    let wait = 0
    try {
      if (pace !== undefined) {
        const [taken] = await this.#ask(ask.takeQuery(this.#desk, next.length, pace))
        const granted = taken?.granted ?? 0
        if (granted < next.length) wait = taken?.wait ?? restMs
        this.#ready.unshift(...next.splice(granted))
      }
      const allowed = transport.gated === true ? next : await this.#handOver(next)
      for (let at = 0; at < allowed.length; at += transport.batch) {
        void this.#deliver(allowed.slice(at, at + transport.batch))
      }
    } catch (error) {
      this.#ready.unshift(...next)
      throw error
    }
    return wait
  }

  /** Those of the messages that may be delivered. */
  async #handOver(ready: readonly Ready[]): Promise<readonly Ready[]> {
    if (ready.length === 0) return []
    const asked = ready.map((one) => this.#handover.allowed(one.claimed.person))
    await this.#write()
    const allowed = await Promise.all(asked)
    return ready.filter((_, i) => allowed[i])
  }

  async #write(): Promise<void> {
    const state = await this.#handover.write()
    if (this.#state === 'sending') this.#state = state
  }

  async #deliver(ready: readonly Ready[]): Promise<void> {
    const { transport, retries } = this.#context
    this.#calls += 1
    for (const { claimed } of ready) this.#handover.begin(claimed.person, transport.gated === true)
    const outcomes = await this.#outcomes(ready)
    this.#calls -= 1
    const standings = this.#handover.end(ready.map(({ claimed }) => claimed.person))
    for (const [i, { claimed }] of ready.entries()) {
      const outcome = outcomes[i]!
      const standing = standings[i]!
      // What was withdrawn at the gate is decided, and what was not begun before the end is given back.
      if (standing === 'withdrawn' || (standing === 'not asked' && !this.#isSending())) continue
      this.#health.saw(outcome)
      const { remembersMs } = transport
      this.#handover.settle(settlementOf(claimed, outcome, { retries, remembersMs, chance: Math.random() }))
      if (outcome.status === 'failed' && outcome.class === 'sender') await this.#pause(outcome.reason)
    }
    const refused = this.#health.refused()
    if (refused > this.#context.mostRefused) {
      await this.#pause(`${Math.round(refused * 100)} % of the messages were refused for good`)
    }
    this.#bell.ring()
  }

  async #outcomes(ready: readonly Ready[]): Promise<readonly Outcome[]> {
    const unknown = (reason: string): readonly Outcome[] =>
      ready.map(() => ({ status: 'failed', class: 'unknown', reason }))
    try {
      const outcomes = await this.#context.transport.send(
        ready.map(({ outgoing }) => outgoing),
        this.#stopped.signal,
        this.#handover.gate,
      )
      const wrong = wrongOutcomes(outcomes, ready.length)
      return wrong === undefined ? outcomes : unknown(wrong)
    } catch (error) {
      return unknown(error instanceof Error ? error.message : 'the transport failed')
    }
  }

  async #pause(reason: string): Promise<void> {
    const { ledger, broadcast } = this.#context
    if (this.#state !== 'sending') return
    this.#state = 'paused'
    await this.#ask(stateQuery(ledger, broadcast.key, ['sending'], 'paused', reason)).catch(
      (error: unknown) => {
        this.#failed ??= error
      },
    )
  }

  /** Waits for the calls that run, and writes down what became of them. */
  async #settleAll(): Promise<void> {
    await this.#claiming
    while (this.#calls > 0 || this.#handover.settled > 0) {
      if (this.#handover.settled === 0 && this.#handover.asking === 0) await this.#bell.wait(restMs)
      else await this.#trying(() => this.#write())
    }
  }

  /** With nothing in hand: is it done, or is something due later? */
  async #rest(): Promise<void> {
    const [rest] = await this.#ask(ask.restQuery(this.#desk))
    this.#state = rest?.state ?? 'cancelled'
    if (this.#state !== 'sending') return
    const due = rest!.wait ?? restMs
    if (due <= 0) this.#dryUntil = 0
    else await this.#bell.wait(Math.min(Math.max(due, 10), restMs))
    if (due <= restMs) this.#dryUntil = 0
  }

  /** Says that this worker is there, and takes back what others have left. */
  async #look(): Promise<void> {
    const { leaseMs, transport } = this.#context
    await this.#ask(ask.beatQuery(this.#desk))
    await this.#ask(ask.reclaimQuery(this.#desk, leaseMs, transport.remembersMs))
  }

  #ask<R>(query: RawBuilder<R>): Promise<readonly R[]> {
    return toPromise(this.#context.database.write((session) => session.run(compiled(query))))
  }
}

const skipped = (
  person: string,
  { skip, detail }: { readonly skip: string; readonly detail?: string },
): Settlement => ({
  person,
  status: 'skipped',
  reason: skip,
  ...(detail !== undefined && { detail }),
  counts: false,
})
