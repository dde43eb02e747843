import type { ConnectionOptions } from 'node:tls'
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import { failed, type Failed, wordsOf } from '../outcome.ts'
import { classOf, type Reply, replyOf, type Stage } from './reply.ts'

/** Who is asked, and how. */
export interface Server {
  readonly connection: SMTPConnectionOptions & { readonly tls: ConnectionOptions }
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

/** A connection that takes messages. */
export interface Line {
  readonly connection: SMTPConnection
  /** Whether addresses may have letters beyond ASCII before the `@` (RFC 6531). */
  readonly utf8: boolean
  /** Messages so far. */
  used: number
  /** Whether it cannot be used any more. */
  dead: boolean
}

/** What nodemailer says of an error. */
export interface MailError extends Error {
  readonly code?: string | undefined
  /** The code of Node's own error. */
  readonly originalCode?: string | undefined
  readonly response?: string | undefined
  readonly command?: string | undefined
}

/** The refusal in an error, if a server spoke it. */
export const replyIn = ({ response }: MailError): Reply | undefined =>
  response === undefined ? undefined : replyOf(response)

/** The outcome that a refusal means. */
export function refused(reply: Reply, stage: Stage, secrets: readonly string[]): Failed {
  const code = reply.enhanced === undefined ? String(reply.code) : `${reply.code} ${reply.enhanced}`
  const said = wordsOf(reply.text, secrets)
  return failed(classOf(reply, stage), `the server refused the ${stage}${said && `: ${said}`}`, { code })
}

/** Opens a connection; rejects with nodemailer's error. */
export async function openLine({ connection: options, auth }: Server): Promise<Line> {
  const connection = new SMTPConnection(options)
  const line = { connection, utf8: false, used: 0, dead: false }
  // Later errors reach who waits for an answer; without a listener they would end the process.
  connection.on('error', () => (line.dead = true))
  connection.on('end', () => (line.dead = true))
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject)
      connection.once('end', () => reject(new Error('the server closed the connection')))
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    const utf8 = /^250[ -]SMTPUTF8\s*$/im.test(connection.lastServerResponse || '')
    if (auth) {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject)
        connection.once('end', () => reject(new Error('the server closed the connection')))
        connection.login({ ...auth }, (error) => (error ? reject(error) : resolve()))
      })
    }
    return Object.assign(line, { utf8 })
  } catch (error) {
    connection.close()
    throw error
  }
}

// Nothing that passes: a name that is none, a certificate or a protocol that does not fit.
const lasting =
  /^(ENOTFOUND|ECONFIG|ENOAUTH|EREQUIRETLS|ERR_ACCESS_DENIED|EPROTO|CERT_.*|ERR_TLS_.*|ERR_SSL_.*|.*SELF_SIGNED.*|UNABLE_TO_.*)$/
const certificate = /certificate|self.signed|altnames|wrong version number|handshake failure|alert/i

/** The outcome of every message that waited for a connection which could not be opened. */
export function notConnected(error: MailError, secrets: readonly string[]): Failed {
  const reply = replyIn(error)
  if (reply) return refused(reply, 'connection', secrets)
  const code = error.originalCode ?? error.code
  const lasts =
    lasting.test(code ?? '') ||
    error.code === 'EAUTH' ||
    (error.code === 'ETLS' && certificate.test(error.message))
  const reason = `no connection to the server: ${wordsOf(error.message, secrets)}`
  return failed(lasts ? 'sender' : 'retry', reason, { code })
}
