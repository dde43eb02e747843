import type { Readable } from 'node:stream'
import { callbackify } from 'node:util'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail server on this machine that keeps what it is sent. */
export interface MailServer {
  readonly port: number
  readonly mails: readonly ParsedMail[]
  close(): Promise<void>
}

/** Starts it at a free port. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ParsedMail[] = []
  const keep = callbackify(async (stream: Readable) => void mails.push(await simpleParser(stream)))
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _, done) => keep(stream, done),
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return { port, mails, close: () => new Promise((resolve) => server.close(resolve)) }
}
