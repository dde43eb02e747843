import { TransportError } from '../errors.ts'
import { failed, type Failed, notBegun, sent, wordsOf } from '../outcome.ts'
import { handOver, readied, type Ready, whyStopped } from '../ready.ts'
import type { Outcome, Transport } from '../transport.ts'
import { type Line, type MailError, notConnected, openLine, refused, replyIn } from './line.ts'
import { composer, type DkimKey, messageId, telling } from './mime.ts'
import { smtpSettings, type SmtpOptions } from './options.ts'
import { poolOf } from './pool.ts'
import type { Stage } from './reply.ts'

export type { DkimKey, SmtpOptions }

const stages: Readonly<Record<string, Stage>> = { 'MAIL FROM': 'sender', 'RCPT TO': 'recipient' }

/** Why a message was not sent, and whether nothing of it was given and another connection may be tried. */
interface Missed {
  readonly outcome: Failed
  readonly stale: boolean
}

/**
 * Sends by SMTP, over connections that are kept; needs `nodemailer` beside this package.
 *
 * What the server refuses has the class of its enhanced code, or else of its reply code. A connection that breaks is `retry` as
 * long as the end of the message was not written, for such a message a server must not deliver; it is `unknown` from
 * then on until the server has answered. The `Message-ID` follows from the key.
 *
 * @example
 * ```ts
 * import { smtp } from '@segmentry/broadcast/smtp'
 *
 * const transport = smtp({ host: 'smtp.example.com', auth: { user: 'shop', password: 'from the environment' } })
 * transport.concurrency // => 20
 * ```
 */
export function smtp(options: SmtpOptions): Transport {
  const { server, secrets, returnPath, dkim, connections, ...settings } = smtpSettings(options)
  const compose = composer(dkim)
  const pool = poolOf(connections, settings.messagesPerConnection, () => openLine(server))
  let closing: Promise<void> | undefined

  const submit = async (
    line: Line,
    ready: Ready,
    message: Buffer,
    gate: () => Promise<boolean>,
  ): Promise<Outcome | Missed> => {
    const { stream, taken, asked } = telling(message, gate)
    const beyondAscii = /[^\p{ASCII}]/u.test(ready.to)
    if (beyondAscii && !line.utf8) {
      const reason = 'the server takes no addresses with letters beyond ASCII (SMTPUTF8)'
      return failed('recipient', reason)
    }
    const reused = line.used > 0
    line.used += 1
    const envelope = { from: returnPath ?? ready.from.address, to: ready.to, size: message.length }
    const result = await new Promise<Outcome | Missed>((resolve) => {
      line.connection.send(envelope, stream, (error: MailError | null, info) => {
        if (!error) return resolve(sent(info?.serverMessageId?.replaceAll(/[<>]/g, '') ?? messageId(ready)))
        // The server waits for the rest of a message that may not be delivered: nothing else can be said to it.
        if (error.code === 'ESTREAM') {
          line.dead = true
          line.connection.close()
        }
        const reply = replyIn(error)
        const stale =
          reused && line.dead && asked() === undefined && (reply === undefined || reply.code === 421)
        resolve({ stale, outcome: missed(error, taken()) })
      })
    })
    // What the gate writes down comes before what became of the message.
    await asked()
    return result
  }

  const missed = (error: MailError, taken: boolean): Failed => {
    const reply = replyIn(error)
    if (reply) {
      // A server that goes away says 421 in answer to whatever it was asked.
      return refused(reply, stages[error.command ?? ''] ?? 'message', secrets)
    }
    const { code } = error
    const said = wordsOf(error.message, secrets)
    if (taken) return failed('unknown', `no answer to the message: ${said}`, { code })
    if (code === 'ESTREAM') return notBegun(said)
    if (code === 'EMESSAGE') return failed('sender', `not handed over: ${said}`, { code })
    return failed('retry', `the connection broke before the message was complete: ${said}`, { code })
  }

  const deliver = async (
    ready: Ready,
    signal: AbortSignal,
    gate: () => Promise<boolean>,
    again = true,
  ): Promise<Outcome> => {
    let message: Buffer
    try {
      message = await compose(ready)
    } catch (error) {
      return failed(
        'sender',
        `the message could not be written: ${wordsOf((error as Error).message, secrets)}`,
      )
    }
    let line: Line
    try {
      line = await pool.take()
    } catch (error) {
      return notConnected(error as MailError, secrets)
    }
    let result: Outcome | Missed
    try {
      const stopped = whyStopped(signal, false)
      if (stopped !== undefined) return notBegun(stopped)
      result = await submit(line, ready, message, gate)
      // After a refusal the server still has half an envelope.
      if (!line.dead && !('status' in result && result.status === 'sent')) await reset(line)
    } finally {
      pool.give(line)
    }
    if ('status' in result) return result
    return result.stale && again ? deliver(ready, signal, gate, false) : result.outcome
  }

  return Object.freeze<Transport>({
    name: 'smtp',
    batch: 1,
    // Who waits for a connection has been written already when it is free.
    concurrency: 2 * connections,
    gated: true,
    ...(settings.perSecond !== undefined && { perSecond: settings.perSecond }),
    send: (messages, signal, gate) =>
      handOver(messages, whyStopped(signal, closing !== undefined), readied, (ready) =>
        Promise.all(
          ready.map((one) => deliver(one, signal, () => gate?.(one.message) ?? Promise.resolve(true))),
        ),
      ),
    verify: async () => {
      try {
        pool.give(await pool.take())
      } catch (error) {
        const { reason, ...rest } = notConnected(error as MailError, secrets)
        throw new TransportError({
          transport: 'smtp',
          found: reason,
          expected: `a server at ${server.connection.host}:${server.connection.port} that takes messages`,
          class: rest.class,
          ...(rest.code !== undefined && { code: rest.code }),
        })
      }
    },
    close: () => (closing ??= pool.close()),
  })
}

const reset = (line: Line): Promise<void> =>
  new Promise((resolve) => {
    line.connection.once('end', resolve)
    line.connection.reset((error) => {
      if (error) line.connection.close()
      line.connection.removeListener('end', resolve)
      resolve()
    })
  })
