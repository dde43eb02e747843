import type { Database } from '@segmentry/postgres/effect'
import { compiled, toPromise } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { Gate } from '../transport/transport.ts'
import type { Settlement } from './settlement.ts'
import * as ask from './statements.ts'

/** A question whether a message may be delivered. */
interface Asking {
  readonly person: string
  readonly answer: (allowed: boolean) => void
}

/** How it stood with a message when its attempt ended: it may have been delivered, must not be, or was not asked for. */
export type Standing = 'handed' | 'withdrawn' | 'not asked'

/** What a hand-over needs. */
export interface HandoverContext {
  readonly database: Database
  readonly desk: ask.Desk
  /** For how long the provider remembers a message's key, if it does. */
  readonly remembersMs: number | undefined
  /** Is called when there is something to write. */
  readonly ring: () => void
}

/**
 * What a worker has to tell the ledger and to ask of it: what became of messages, and whether others may be delivered. Both are gathered
 * and written together, as a statement for several costs about as much as for one.
 */
export class Handover {
  readonly #context: HandoverContext
  readonly #settled: Settlement[] = []
  readonly #asking: Asking[] = []
  /** Those that may be delivered, and of which nothing has come back. */
  readonly #handed = new Set<string>()
  /** Those that may not. */
  readonly #withdrawn = new Set<string>()

  constructor(context: HandoverContext) {
    this.#context = context
  }

  /** How many messages have an end to be written down. */
  get settled(): number {
    return this.#settled.length
  }

  /** How many messages ask whether they may be delivered. */
  get asking(): number {
    return this.#asking.length
  }

  settle(settlement: Settlement): void {
    this.#settled.push(settlement)
  }

  /** Asks whether a message may be delivered; answered by the next writing. */
  allowed(person: string): Promise<boolean> {
    return new Promise((answer) => {
      this.#asking.push({ person, answer })
      this.#context.ring()
    })
  }

  /** The gate as transports have it: those that do not ask have been asked for. */
  readonly gate: Gate = async ({ person }) => {
    if (this.#handed.has(person)) return true
    const allowed = await this.allowed(person)
    if (!allowed) this.#withdrawn.add(person)
    return allowed
  }

  /** A new attempt begins; what was answered to an earlier one says nothing of this one. */
  begin(person: string, asksItself: boolean): void {
    this.#withdrawn.delete(person)
    if (asksItself) this.#handed.delete(person)
  }

  /** An attempt has ended: its message is not asked for any more, even if its transport did. */
  end(people: readonly string[]): readonly Standing[] {
    const ended = new Set(people)
    const dropped = this.#asking.filter(({ person }) => ended.has(person))
    if (dropped.length > 0) {
      const others = this.#asking.filter(({ person }) => !ended.has(person))
      this.#asking.splice(0, this.#asking.length, ...others)
      for (const { answer } of dropped) answer(false)
    }
    return people.map((person) => {
      const wasHanded = this.#handed.delete(person)
      return this.#withdrawn.delete(person) ? 'withdrawn' : wasHanded ? 'handed' : 'not asked'
    })
  }

  /** Writes down what became of messages, and that others may be delivered from now on. Gives the state of the broadcast. */
  async write(): Promise<string> {
    const { database, desk } = this.#context
    const isPlain = ask.isPlain(desk.broadcast)
    const settled = this.#settled.splice(0)
    let asking: readonly Asking[] = this.#asking.splice(0)
    let state = 'sending'
    try {
      if (settled.length > 0 || isPlain) {
        const people = isPlain ? asking.map(({ person }) => person) : []
        const rows = await toPromise(database.once(compiled(ask.quickQuery(desk, settled, people))))
        state = stateIn(rows)
        asking = this.#answer(rows, asking)
      }
    } catch (error) {
      // Whether it was committed is not known; asked again, it does the same.
      this.#settled.unshift(...settled)
      this.#asking.unshift(...asking)
      throw error
    }
    try {
      if (asking.length > 0 && state === 'sending') {
        const rows = await this.#lookAgain(asking)
        state = stateIn(rows)
        asking = this.#answer(rows, asking)
      }
    } catch (error) {
      this.#asking.unshift(...asking)
      throw error
    }
    for (const { answer } of asking) answer(false)
    return state
  }

  /** Tells those that may be delivered; gives the others. */
  #answer(rows: readonly ask.HandedRow[], asking: readonly Asking[]): readonly Asking[] {
    const handed = new Set(rows.filter(({ status }) => status === 'handed').map(({ person }) => person))
    return asking.filter(({ person, answer }) => {
      if (!handed.has(person)) return true
      this.#handed.add(person)
      answer(true)
      return false
    })
  }

  /** Looks at messages that something may speak against. */
  #lookAgain(asking: readonly Asking[]): Promise<readonly ask.HandedRow[]> {
    const { database, desk, remembersMs } = this.#context
    const people = asking.map(({ person }) => person)
    const look = database.write((session) =>
      Effect.gen(function* () {
        const isCapped = (desk.broadcast.caps ?? []).length > 0
        if (isCapped) yield* session.run(compiled(ask.lockQuery(desk, people)))
        return yield* session.run(compiled(ask.handQuery(desk, people, remembersMs)))
      }),
    )
    return toPromise(look)
  }
}

/** A broadcast that the ledger does not have any more is over. */
const stateIn = (rows: readonly ask.HandedRow[]): string => rows[0]?.state ?? 'cancelled'
