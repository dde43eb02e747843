import { randomUUID } from 'node:crypto'
import type { Database, Session } from '@segmentry/postgres/effect'
import { compiled, toPromise } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { RawBuilder } from 'kysely'
import type { Broadcast } from '../broadcast/types.ts'
import type { Outcome, Outgoing, Transport } from '../transport/transport.ts'
import { Health } from './health.ts'
import type { Pace } from './pace.ts'
import { type Retries, type Settlement, settlementOf } from './settlement.ts'
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
  readonly #settled: Settlement[] = []
  readonly #health = new Health()
  #calls = 0
  #claiming: Promise<void> | undefined
  /** Until when there was nothing to claim. */
  #dryUntil = 0
  #state: string = 'sending'
  #wake: () => void = () => undefined
  #failingSince: number | undefined
  #failed: unknown

  constructor(context: WorkerContext) {
    this.#context = context
    const { ledger, broadcast } = context
    this.#desk = { ledger, broadcast, worker: randomUUID() }
  }

  stop(): void {
    this.#stopped.abort()
    this.#wake()
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
    const woken = new Promise<void>((resolve) => (this.#wake = resolve))
    this.#fill()
    const room = this.#room()
    if (this.#settled.length > 0 || (room > 0 && this.#ready.length > 0)) {
      const wait = await this.#hand(room)
      if (wait > 0) await pause(wait, woken)
      return
    }
    const idle = this.#calls === 0 && this.#claiming === undefined && this.#ready.length === 0
    if (idle) await this.#rest(woken)
    else await pause(Math.min(this.#health.holdMs() || restMs, restMs), woken)
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
      await pause(restMs / 4, new Promise(() => undefined))
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
        this.#wake()
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
      else this.#settled.push(skipped(claimed[i]!.person, one))
    }
  }

  /** Writes down what became of messages and hands the next over; gives how long to wait before the next hand-over. */
  async #hand(room: number): Promise<number> {
    const { pace, transport, broadcast } = this.#context
    const settled = this.#settled.splice(0)
    const next = this.#ready.splice(0, room)
    const people = (ready: readonly Ready[]): readonly string[] => ready.map(({ claimed }) => claimed.person)
    let wait = 0
    let granted = next
    let rows: readonly ask.HandedRow[]
    try {
      rows = await this.#write((session) =>
        Effect.gen({ self: this }, function* () {
          if (pace !== undefined && next.length > 0) {
            const [taken] = yield* session.run(compiled(ask.takeQuery(this.#desk, next.length, pace)))
            granted = next.slice(0, taken?.granted ?? 0)
            wait = granted.length < next.length ? (taken?.wait ?? restMs) : 0
          }
          if ((broadcast.caps ?? []).length > 0 && granted.length > 0) {
            yield* session.run(compiled(ask.lockQuery(this.#desk, people(granted))))
          }
          return yield* session.run(
            compiled(ask.handQuery(this.#desk, settled, people(granted), transport.remembersMs)),
          )
        }),
      )
    } catch (error) {
      // Whether it was committed is not known; asked again, it does the same.
      this.#settled.unshift(...settled)
      this.#ready.unshift(...next)
      throw error
    }
    this.#state = rows[0]?.state ?? 'cancelled'
    this.#ready.unshift(...next.slice(granted.length))
    const handed = new Set(rows.filter(({ status }) => status === 'handed').map(({ person }) => person))
    const outgoing = granted.filter(({ claimed }) => handed.has(claimed.person))
    for (let at = 0; at < outgoing.length; at += transport.batch) {
      void this.#deliver(outgoing.slice(at, at + transport.batch))
    }
    // Sleep is cut short when a call ends; what it made room for has to wait for the pace all the same.
    return wait
  }

  async #deliver(ready: readonly Ready[]): Promise<void> {
    const { transport, retries } = this.#context
    this.#calls += 1
    const outcomes = await this.#outcomes(ready)
    this.#calls -= 1
    for (const [i, { claimed }] of ready.entries()) {
      const outcome = outcomes[i]!
      this.#health.saw(outcome)
      const { remembersMs } = transport
      this.#settled.push(settlementOf(claimed, outcome, { retries, remembersMs, chance: Math.random() }))
      if (outcome.status === 'failed' && outcome.class === 'sender') await this.#pause(outcome.reason)
    }
    const refused = this.#health.refused()
    if (refused > this.#context.mostRefused) {
      await this.#pause(`${Math.round(refused * 100)} % of the messages were refused for good`)
    }
    this.#wake()
  }

  async #outcomes(ready: readonly Ready[]): Promise<readonly Outcome[]> {
    const unknown = (reason: string): readonly Outcome[] =>
      ready.map(() => ({ status: 'failed', class: 'unknown', reason }))
    try {
      const outcomes = await this.#context.transport.send(
        ready.map(({ outgoing }) => outgoing),
        this.#stopped.signal,
      )
      return outcomes.length === ready.length
        ? outcomes
        : unknown(`the transport told ${outcomes.length} outcomes of ${ready.length} messages`)
    } catch (error) {
      return unknown(error instanceof Error ? error.message : 'the transport failed')
    }
  }

  async #pause(reason: string): Promise<void> {
    const { ledger, broadcast } = this.#context
    if (this.#state !== 'sending') return
    this.#state = 'paused'
    await this.#ask(ask.pauseQuery(ledger, broadcast.key, reason)).catch((error: unknown) => {
      this.#failed ??= error
    })
  }

  /** Waits for the calls that run, and writes down what became of them. */
  async #settleAll(): Promise<void> {
    await this.#claiming
    while (this.#calls > 0 || this.#settled.length > 0) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      if (this.#settled.length === 0) await woken
      const state = this.#state
      await this.#trying(async () => void (await this.#hand(0)))
      if (state !== 'sending') this.#state = state
    }
  }

  /** With nothing in hand: is it done, or is something due later? */
  async #rest(woken: Promise<void>): Promise<void> {
    const [rest] = await this.#ask(ask.restQuery(this.#desk))
    this.#state = rest?.state ?? 'cancelled'
    if (this.#state !== 'sending') return
    const due = rest!.wait ?? restMs
    if (due <= 0) this.#dryUntil = 0
    else await pause(Math.min(Math.max(due, 10), restMs), woken)
    if (due <= restMs) this.#dryUntil = 0
  }

  /** Says that this worker is there, and takes back what others have left. */
  async #look(): Promise<void> {
    const { leaseMs, transport } = this.#context
    await this.#ask(ask.beatQuery(this.#desk))
    await this.#ask(ask.reclaimQuery(this.#desk, leaseMs, transport.remembersMs))
  }

  #ask<R>(query: RawBuilder<R>): Promise<readonly R[]> {
    return this.#write((session) => session.run(compiled(query)))
  }

  #write<A, E>(use: (session: Session) => Effect.Effect<A, E>): Promise<A> {
    return toPromise(this.#context.database.write(use))
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

/** Waits for a time, or until something happens. */
async function pause(milliseconds: number, woken: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  await Promise.race([slept, woken])
  clearTimeout(timer)
}
