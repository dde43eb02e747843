import { checkOptions, checkPeople, shown } from '@segmentry/core'
import { type Connection, type Settings, type Source } from '@segmentry/postgres'
import {
  compiled,
  type EvaluationError,
  migrate,
  openDatabase,
  openEvaluation,
  toPromise,
  untilClosed,
} from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { RawBuilder } from 'kysely'
import type { Broadcast } from './broadcast/types.ts'
import { type Context, noBroadcast } from './context.ts'
import { type BroadcastError, type BroadcastIssue, broadcastError, issueOf } from './errors.ts'
import { resolveQuery, stateQuery, type UnknownChoice } from './ledger/control.ts'
import { type Failures, failuresQuery } from './ledger/failures.ts'
import { feedbackIssues, type Recorded, recordQuery } from './ledger/feedback.ts'
import { migrations } from './ledger/migrations.ts'
import { type Progress, progressOf, progressQuery, type State } from './ledger/progress.ts'
import { type Recipient, recipientQuery } from './ledger/recipient.ts'
import type { Unsubscription } from './unsubscribe/links.ts'
import type { Feedback } from './feedback/feedback.ts'
import {
  resubscribeQuery,
  type StoredSuppression,
  type Suppression,
  suppressionIssues,
  suppressionsQuery,
  suppressQuery,
  unsubscribeQuery,
  unsubscriptionIssues,
  unsuppressQuery,
} from './ledger/suppressions.ts'
import type { BroadcastPlan } from './plan/plan.ts'
import { type PlanOptions, runPlan } from './plan/run.ts'
import type { SendOptions } from './send/options.ts'
import { send } from './send/send.ts'
import { type Sending, sendingOf } from './send/sending.ts'
import { sendTest, type TestOptions, type TestSent } from './send/test.ts'

/** Settings of broadcasts. */
export interface BroadcastsSettings extends Settings {
  /** The schema of the database that holds the ledger; 'segmentry_broadcast' unless told. */
  readonly schema?: string
}

/** Broadcasts over the people of a source, with their ledger in the same database. */
export interface Broadcasts {
  /** Counts who would be sent to and who not, by reason; sends nothing. */
  plan<I extends string, X extends string, V extends string>(
    broadcast: Broadcast<I, X, V>,
    options?: PlanOptions,
  ): Promise<BroadcastPlan<I, X, V>>
  /**
   * Fixes the audience and sends. Called again, after a crash or in another process, it goes on or helps.
   *
   * Rejects with a {@link BroadcastError} when the live count departs from `confirm` by more than the tolerance.
   */
  send(broadcast: Broadcast, options: SendOptions): Promise<Sending>
  /**
   * Sends what a broadcast says to one person to addresses of yours, a message for each variant, marked as a test; writes nothing down.
   *
   * Rejects with a {@link BroadcastError} when there is no such person, or when the message cannot be made for them.
   */
  test(broadcast: Broadcast, options: TestOptions): Promise<readonly TestSent[]>
  /** How far a broadcast is. */
  progress(key: string): Promise<Progress>
  /** Every broadcast whose audience was fixed, in that order. */
  list(): Promise<readonly Progress[]>
  /** Hands nothing over any more; its workers end. `resume` and `send` go on. */
  pause(key: string, reason?: string): Promise<Progress>
  /** Lets a paused broadcast be sent again, by the next `send`. */
  resume(key: string): Promise<Progress>
  /** Ends a broadcast for good; who was not sent to is not. */
  cancel(key: string): Promise<Progress>
  /** What became of one person in a broadcast; `undefined` for who was never meant. */
  recipient(key: string, person: string): Promise<Recipient | undefined>
  /** What went wrong with attempts, alike ones counted together: the most frequent first, and a hundred kinds at most. */
  failures(key: string): Promise<readonly Failures[]>
  /** Says of messages of which nothing is known that they were sent, or that they are to be sent again; gives how many. */
  resolveUnknown(key: string, choice: UnknownChoice, people?: readonly string[]): Promise<number>
  /** Writes down that addresses are not to be written to; gives how many were not so before. */
  suppress(suppressions: readonly Suppression[]): Promise<number>
  /** Takes a suppression away: the one of a topic, or the one of everything. Gives whether there was one. */
  unsuppress(suppression: Pick<Suppression, 'address' | 'channel' | 'topic'>): Promise<boolean>
  /** The suppressions of an address. */
  suppressions(address: string): Promise<readonly StoredSuppression[]>
  /** Unsubscribes the address that a person was sent a broadcast at. */
  unsubscribe(unsubscription: Unsubscription): Promise<'unsubscribed' | 'already' | 'unknown'>
  /** Takes that back. */
  resubscribe(unsubscription: Unsubscription): Promise<'subscribed' | 'unknown'>
  /** Stores what came back, each thing once, and suppresses addresses that are not to be written to any more. */
  record(feedback: readonly Feedback[]): Promise<Recorded>
  /** Closes the pool, if it was opened here. */
  close(): Promise<void>
}

/**
 * Opens broadcasts: checks the source against the database, and makes or updates the tables of the ledger.
 *
 * @example
 * ```ts
 * const broadcasts = await openBroadcasts(source, connection)
 * const plan = await broadcasts.plan(mayNews)
 * plan.toSend // => 1
 * await broadcasts.close()
 * ```
 */
export async function openBroadcasts(
  source: Source,
  connection: Connection,
  given: BroadcastsSettings = {},
): Promise<Broadcasts> {
  checkOptions(given, ['schema', 'statementTimeout', 'lockTimeout', 'idleTimeout'])
  const { schema: ledger = 'segmentry_broadcast', ...settings } = given
  const database = untilClosed(openDatabase(connection, settings), 'the ledger of broadcasts')
  try {
    // The ledger first: the source may read its events.
    await toPromise(migrate(database, { schema: ledger }, migrations, '@segmentry/broadcast'))
    const evaluation = await toPromise(openEvaluation(database, source))
    return broadcastsOf({ database, evaluation, ledger }, source)
  } catch (error) {
    await toPromise(database.close)
    throw error
  }
}

function broadcastsOf(context: Context, source: Source): Broadcasts {
  const { database, ledger } = context
  const ask = <R>(query: RawBuilder<R>): Effect.Effect<readonly R[], EvaluationError> =>
    database.read((session) => session.run(compiled(query)))
  const write = <R>(query: RawBuilder<R>): Effect.Effect<readonly R[], EvaluationError> =>
    database.write((session) => session.run(compiled(query)))
  const progress = (key: string): Effect.Effect<Progress, BroadcastError | EvaluationError> =>
    Effect.flatMap(ask(progressQuery(ledger, key)), ([row]) =>
      row ? Effect.succeed(progressOf(row)) : Effect.fail(noBroadcast(key)),
    )
  const change = (
    key: string,
    from: readonly State[],
    to: State,
    reason?: string,
  ): Effect.Effect<Progress, BroadcastError | EvaluationError> =>
    Effect.gen(function* () {
      const changed = yield* write(stateQuery(ledger, key, from, to, reason))
      const now = yield* progress(key)
      if (changed.length > 0 || now.state === to) return now
      return yield* broadcastError(
        'wrong-state',
        key,
        issueOf([], `a broadcast that is ${now.state}`, `one that is ${from.join(' or ')}`),
      )
    })
  /** A broadcast of another schema would be compiled against fields that are not there. */
  const check = (broadcast: Broadcast): void => {
    const { schema }: Partial<Broadcast> = broadcast ?? {}
    if (schema === source.schema) return
    const found = schema === undefined ? shown(broadcast) : 'a broadcast of another schema'
    throw broadcastError(
      'bad-request',
      undefined,
      issueOf([], found, 'defineBroadcast(…) with the schema of the source'),
    )
  }

  /** The key of a broadcast, as an argument. */
  const named = (key: string, ...others: readonly string[]): void => {
    const odd = [key, ...others].find((one: unknown) => typeof one !== 'string' || one.includes('\0'))
    if (odd !== undefined || typeof key !== 'string') {
      refuse([issueOf([], shown(odd), "the key of a broadcast, such as 'may-news'")])
    }
  }

  return {
    plan: async <I extends string, X extends string, V extends string>(
      broadcast: Broadcast<I, X, V>,
      options: PlanOptions = {},
    ) => {
      check(broadcast)
      checkOptions(options, ['pace', 'sampleSize', 'now', 'signal'])
      // The names are those of the broadcast that was planned.
      return (await toPromise(runPlan(context, broadcast, options), options.signal)) as BroadcastPlan<I, X, V>
    },
    send: async (broadcast, options) => {
      check(broadcast)
      const worker = await toPromise(send(context, broadcast, options))
      return sendingOf(worker, () => toPromise(progress(broadcast.key)))
    },
    test: async (broadcast, options) => {
      check(broadcast)
      return toPromise(sendTest(context, broadcast, options))
    },
    progress: async (key) => {
      named(key)
      return toPromise(progress(key))
    },
    list: () => toPromise(Effect.map(ask(progressQuery(ledger)), (rows) => rows.map(progressOf))),
    pause: async (key, reason = 'paused by hand') => {
      named(key, reason)
      return toPromise(change(key, ['sending'], 'paused', reason))
    },
    resume: async (key) => {
      named(key)
      return toPromise(change(key, ['paused'], 'sending'))
    },
    cancel: async (key) => {
      named(key)
      return toPromise(change(key, ['sending', 'paused'], 'cancelled'))
    },
    recipient: async (key, person) => {
      named(key, person)
      const [row] = await toPromise(ask(recipientQuery(ledger, key, person)))
      if (!row) await toPromise(progress(key))
      return row?.recipient
    },
    failures: async (key) => {
      named(key)
      const rows = await toPromise(ask(failuresQuery(ledger, key)))
      if (rows.length === 0) await toPromise(progress(key))
      return rows.map(({ failures }) => failures)
    },
    resolveUnknown: async (key, choice, people) => {
      named(key)
      if (people !== undefined) checkPeople(people)
      if (choice !== 'sent' && choice !== 'resend') {
        throw broadcastError('bad-request', key, issueOf(['choice'], shown(choice), "'sent' or 'resend'"))
      }
      const [row] = await toPromise(write(resolveQuery(ledger, key, choice, people)))
      return row!.n
    },
    suppress: async (given) => {
      refuse(suppressionIssues(given))
      if (given.length === 0) return 0
      const [row] = await toPromise(write(suppressQuery(ledger, given)))
      return row!.n
    },
    unsuppress: async (given) => {
      refuse(suppressionIssues([given]))
      const [row] = await toPromise(write(unsuppressQuery(ledger, given)))
      return row!.n > 0
    },
    suppressions: async (address) => {
      refuse(suppressionIssues([{ address }]))
      const rows = await toPromise(ask(suppressionsQuery(ledger, address)))
      return rows.map(({ suppression }) => suppression)
    },
    unsubscribe: async (given) => {
      refuse(unsubscriptionIssues(given))
      const [row] = await toPromise(write(unsubscribeQuery(ledger, given)))
      return row!.outcome
    },
    resubscribe: async (given) => {
      refuse(unsubscriptionIssues(given))
      const [row] = await toPromise(write(resubscribeQuery(ledger, given)))
      return row!.outcome
    },
    record: async (given) => {
      refuse(feedbackIssues(given))
      if (given.length === 0) return { stored: 0, duplicates: 0, unmatched: 0, suppressed: 0 }
      const [row] = await toPromise(write(recordQuery(ledger, given)))
      return row!
    },
    close: () => toPromise(database.close),
  }
}

function refuse(issues: readonly BroadcastIssue[]): void {
  if (issues.length > 0) throw broadcastError('bad-request', undefined, ...issues)
}
