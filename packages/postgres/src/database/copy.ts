import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import type pg from 'pg'
import { type Address, type PostgresError, TimeoutError } from '../errors.ts'
import { stopBackend } from './cancel.ts'
import type { Copying, CopyStatement, Piece } from './connection.ts'
import { failure } from './failure.ts'
import type { Limits } from './settings.ts'

/** How many bytes are handed on at a time; the row of a person is copied once, into such a piece. */
const pieceSize = 65_536
/** How many pieces wait for the reader before the server does. */
const mostWaiting = 8

interface Wire {
  query(text: string): void
  readonly stream: { pause(): unknown; resume(): unknown }
}

/**
 * The answer to `copy … to stdout`, as pg's client hands it to whoever submitted the statement: a message for each row.
 *
 * It is written here because rows have to be counted, and a reader who does not read must not keep the statement.
 */
class CopyOut implements pg.Submittable {
  /** The client puts its own in place of it where the pool limits how long an answer may take. */
  callback: (() => void) | undefined
  /** Settles when nothing more is sent. */
  readonly settled: Promise<void>
  #settle: () => void = () => undefined
  readonly #text: string
  #wire: Wire | undefined
  #waiting: Piece[] = []
  #buffer = Buffer.allocUnsafe(pieceSize)
  #filled = 0
  #rows = 0
  #heard = 0
  #isBurst = false
  #isPaused = false
  #isDropped = false
  #end: { readonly error?: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(text: string) {
    this.#text = text
    this.settled = new Promise((resolve) => (this.#settle = resolve))
  }

  /** How often the server has said something. */
  get heard(): number {
    return this.#heard
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  get isEnded(): boolean {
    return this.#end !== undefined
  }

  submit(connection: unknown): void {
    this.#wire = connection as Wire
    this.#wire.query(this.#text)
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.#heard += 1
    if (this.#isDropped || this.#end !== undefined) return
    if (chunk.length > this.#buffer.length - this.#filled) {
      this.#cut()
      this.#buffer = Buffer.allocUnsafe(pieceSize)
    }
    // What the parser hands out is a view of what it reads into next.
    if (chunk.length > pieceSize) this.#push({ bytes: Buffer.from(chunk), people: 1 })
    else {
      this.#filled += chunk.copy(this.#buffer, this.#filled)
      this.#rows += 1
    }
    if (this.#isBurst) return
    this.#isBurst = true
    // Whoever waits gets what came with one packet, however little it is.
    setImmediate(() => {
      this.#isBurst = false
      if (this.#waiting.length === 0) this.#cut()
    })
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#ended({})
  }

  handleError(error: unknown): void {
    this.#ended({ error })
  }

  /** The next piece, or none at the end; rejects with what the driver said. */
  async take(): Promise<Piece | undefined> {
    if (this.#waiting.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const piece = this.#waiting.shift()
    if (this.#isPaused && this.#waiting.length < mostWaiting) {
      this.#isPaused = false
      this.#wire?.stream.resume()
    }
    if (piece !== undefined) return piece
    if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
    return undefined
  }

  /** Wants nothing of what is still to come. */
  drop(): void {
    this.#isDropped = true
    this.#isPaused = false
    this.#waiting = []
    this.#wire?.stream.resume()
  }

  #cut(): void {
    if (this.#filled === 0) return
    this.#push({ bytes: this.#buffer.subarray(0, this.#filled), people: this.#rows })
    // A packet is an eighth of it; what is left serves those that follow.
    this.#buffer = this.#buffer.subarray(this.#filled)
    this.#filled = 0
    this.#rows = 0
  }

  #push(piece: Piece): void {
    this.#waiting.push(piece)
    this.#wake()
    if (this.#waiting.length < mostWaiting || this.#isPaused) return
    this.#isPaused = true
    this.#wire?.stream.pause()
  }

  #ended(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return
    if (!this.#isDropped) this.#cut()
    this.#end = end
    // The connection goes on, whatever this one had it wait for.
    if (this.#isPaused) this.#wire?.stream.resume()
    this.#isPaused = false
    this.callback?.()
    this.#settle()
    this.#wake()
  }
}

/** What a copy is run on. */
interface Place {
  readonly client: pg.PoolClient
  readonly config: pg.ClientConfig
  readonly address: Address
  readonly limits: Limits
  readonly process: () => number
  /** Says that the connection cannot be used any more. */
  readonly breaks: () => void
  /** How much longer than a limit an answer may take, in milliseconds. */
  readonly grace: number
}

/**
 * Copies rows out of a server, no faster than they are taken.
 *
 * The limit of a statement counts while the server says nothing, and that of a transaction without a statement while nobody reads: how long the
 * whole takes depends on the reader, and is not limited.
 */
export const copyOut = (
  place: Place,
  { query, form, shown }: CopyStatement,
): Effect.Effect<Copying, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { client, config, address, limits, process, breaks, grace } = place
    const copy = client.query(new CopyOut(`copy (${query}) to stdout (${form})`))
    let late: PostgresError | undefined
    const stop = async (): Promise<void> => {
      copy.drop()
      if (!copy.isEnded && !(await stopBackend(config, process(), copy.settled, grace))) breaks()
    }
    const watch = watched(copy, limits, (limit) => {
      late = new TimeoutError({ limit, milliseconds: limits[limit], sql: shown })
      void stop()
    })
    yield* Effect.addFinalizer(() =>
      Effect.promise(() => {
        watch.end()
        return stop()
      }),
    )
    const next = Effect.callback<Piece | undefined, PostgresError>((resume) => {
      copy.take().then(
        (piece) => resume(late === undefined ? Effect.succeed(piece) : Effect.fail(late)),
        (error: unknown) =>
          // Nothing but this process limits how long it runs, so what was cancelled was so by others.
          resume(Effect.fail(late ?? failure(error, { address, limits, sql: shown, elapsed: 0 }))),
      )
    })
    return { next }
  })

/** Looks from time to time whether a limit is reached. */
function watched(
  copy: CopyOut,
  limits: Limits,
  tell: (limit: 'statement' | 'idle') => void,
): { readonly end: () => void } {
  let heard = -1
  let wasPaused = false
  let since = performance.now()
  const look = (): void => {
    const now = performance.now()
    if (copy.isEnded) return end()
    if (copy.heard !== heard || copy.isPaused !== wasPaused) {
      heard = copy.heard
      wasPaused = copy.isPaused
      since = now
      return
    }
    const limit = copy.isPaused ? 'idle' : 'statement'
    // As in Postgres, 0 is no limit.
    if (limits[limit] === 0 || now - since < limits[limit]) return
    end()
    tell(limit)
  }
  const least = Math.min(...[limits.statement, limits.idle].filter((ms) => ms > 0), 4_000)
  const timer = setInterval(look, Math.max(10, least / 4))
  const end = (): void => clearInterval(timer)
  return { end }
}
