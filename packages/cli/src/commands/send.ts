import type { Broadcast, Broadcasts, Progress } from '@segmentry/broadcast'
import type { Call } from '../command/spec.ts'
import type { specs } from '../command/specs.ts'
import type { SendConfig } from '../config/config.ts'
import type { Loaded } from '../config/load.ts'
import { type Exit, exits, failureOf, usage } from '../failure.ts'
import { evenUnread } from '../output.ts'
import { follow } from '../sending/follow.ts'
import { type Means, means } from '../sending/make.ts'
import { tryOut } from '../sending/try.ts'
import {
  nextCall,
  openedLedger,
  printProgress,
  progressOf,
  unknownBroadcast,
  writtenDown,
} from './broadcasting.ts'
import { project } from './context.ts'
import { type Context, type Run, stoppable } from './run.ts'

type SendCall = Call<(typeof specs)['send']>

export const run: Run<'send'> = async (call, context) => {
  const { test: to, as: person, json = false } = call.flags
  checkFlags(call)
  const loaded = await project(call, context)
  const broadcast = await toSend(call, loaded, context)
  const settings = loaded.config.send
  if (settings === undefined) {
    throw usage(
      "the configuration has no 'send', and nothing that messages are handed to",
      "Write it beside 'broadcasts': send: { transport: () => smtp({ … }) }",
    )
  }
  await using ledger = await openedLedger(loaded, context)
  const { broadcasts } = ledger
  if (to === undefined) {
    const progress = await progressOf(broadcasts, broadcast.key)
    const exit = await settled(call, progress, broadcasts, context)
    if (exit !== undefined) return exit
    const confirm = call.flags.confirm ?? progress?.people
    if (confirm === undefined) throw unconfirmed(call)
    await using ready = await means(settings, broadcast)
    await stoppable(verified(ready), context.signal)
    return await sent(call, context, { broadcast, broadcasts, settings, ready, confirm })
  }
  await using ready = await means(settings, broadcast)
  const trial = { to, person, json }
  return await stoppable(tryOut(broadcasts, broadcast, ready, trial, context.output), context.signal)
}

function checkFlags({ flags: { test, as, confirm, tolerance } }: SendCall): void {
  if (as !== undefined && test === undefined) {
    throw usage('--as is for a test, and there is no --test', 'Write --test you@example.com --as <person>.')
  }
  if (test !== undefined && (confirm !== undefined || tolerance !== undefined)) {
    throw usage(
      '--test sends to nobody who is meant, so there is nothing to confirm',
      'Leave one of them out.',
    )
  }
}

/** The broadcast as it is written down: what the ledger alone knows cannot be sent. */
async function toSend(call: SendCall, loaded: Loaded, context: Context): Promise<Broadcast> {
  const key = call.places[0]!
  const broadcast = writtenDown(loaded, key)
  if (broadcast !== undefined) return broadcast
  await using ledger = await openedLedger(loaded, context)
  if ((await progressOf(ledger.broadcasts, key)) === undefined) {
    throw await unknownBroadcast(loaded, ledger.broadcasts, key)
  }
  throw usage(
    `the broadcast '${key}' was sent, and is not in the configuration any more`,
    "Write it down again under 'broadcasts', as it was.",
  )
}

const unconfirmed = (call: SendCall): Error =>
  usage(
    '--confirm is missing: nobody is sent anything before the count of the plan is confirmed',
    `'${nextCall(call.flags.config, 'broadcast', call.places[0]!)}' says who would be sent to, and what to write then.`,
  )

/** Says why there is nothing to send, where that is so. */
async function settled(
  call: SendCall,
  progress: Progress | undefined,
  broadcasts: Broadcasts,
  context: Context,
): Promise<Exit | undefined> {
  if (progress === undefined || progress.state === 'sending') return undefined
  if (call.flags.json === true) await context.output.print(JSON.stringify(progress))
  await ended(call, progress, broadcasts, context)
  return progress.state === 'done' ? exits.ok : exits.no
}

/** Says how a broadcast stands when nothing is sent any more, and what to do where something can be. */
async function ended(
  { flags: { json = false, config } }: SendCall,
  progress: Progress,
  broadcasts: Broadcasts,
  context: Context,
): Promise<void> {
  const { output } = context
  const { broadcast, state, unknown } = progress
  if (!json) await printProgress(progress, broadcasts, context)
  if (state === 'paused') {
    const resume = nextCall(config, 'resume', broadcast)
    output.tell(`\nWhen that is seen to: ${resume} && ${nextCall(config, 'send', broadcast)}`)
  }
  if (state === 'sending') output.tell(`\nTo go on: ${nextCall(config, 'send', broadcast)}`)
  if (state === 'done' && unknown > 0) {
    const resolve = (as: string): string => nextCall(config, 'resolve', broadcast, '--as', as)
    output.tell(`\nWhat became of the unknown ones: ${resolve('sent')} or ${resolve('resend')}`)
  }
}

/** What nobody could send by is found out before the audience is fixed. */
const verified = async ({ transport }: Means): Promise<void> => transport.verify?.()

interface Work {
  readonly broadcast: Broadcast
  readonly broadcasts: Broadcasts
  readonly settings: SendConfig
  readonly ready: Means
  readonly confirm: number
}

async function sent(call: SendCall, context: Context, work: Work): Promise<Exit> {
  const { output, signal } = context
  const { broadcast, broadcasts, settings, ready, confirm } = work
  const { tolerance, json = false } = call.flags
  const { transport: _make, links: _links, ...how } = settings
  const { transport, links } = ready
  signal.throwIfAborted()
  const sending = await output.during(
    'Fixing the audience',
    broadcasts.send(broadcast, {
      ...how,
      transport,
      confirm,
      ...(tolerance !== undefined && { tolerance }),
      ...(links && { links }),
    }),
  )
  const stop = (): void => {
    output.ticker.clear()
    output.tell('Stopping when what is in hand is through; once more stops at once')
    sending.stop().catch(() => undefined)
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  const progress = await follow(sending, output, json).catch((error: unknown) => {
    // Nothing else is told of a call that was interrupted.
    if (signal.aborted) output.tell(`segmentry: ${failureOf(error).message}`)
    throw error
  })
  await evenUnread(ended(call, progress, broadcasts, context))
  if (progress.state === 'done') return exits.ok
  signal.throwIfAborted()
  return exits.no
}
