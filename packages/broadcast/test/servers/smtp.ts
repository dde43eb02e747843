import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { domainToASCII } from 'node:url'
import { buffer } from 'node:stream/consumers'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { certificate, key } from './certificate.ts'

/**
 * What a hook makes of a moment: a reply such as `550 5.1.1 No such user`, `'drop'` for a connection that breaks, text to be
 * written before it breaks, or nothing for the usual way.
 */
export type SmtpAction = string | { readonly half: string } | undefined

/** The moments of a session in which a test may step in; each may wait. */
export interface SmtpHooks {
  readonly connect?: () => SmtpAction | Promise<SmtpAction>
  readonly auth?: (user: string) => SmtpAction | Promise<SmtpAction>
  readonly sender?: (address: string) => SmtpAction | Promise<SmtpAction>
  readonly recipient?: (address: string) => SmtpAction | Promise<SmtpAction>
  /** The first bytes of a message have come. */
  readonly data?: (mail: Envelope) => SmtpAction | Promise<SmtpAction>
  /** All of it has come and is not yet kept. */
  readonly message?: (mail: Envelope) => SmtpAction | Promise<SmtpAction>
  /** It is kept, and the answer is not yet given. */
  readonly answer?: (mail: Envelope) => SmtpAction | Promise<SmtpAction>
}

/** From whom to whom. */
export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

/** A message that the server keeps. */
export interface ReceivedMail extends Envelope {
  readonly raw: Buffer
  readonly parsed: () => Promise<ParsedMail>
}

/** How the server speaks. */
export interface SmtpServerOptions {
  readonly port?: number
  readonly encryption?: 'starttls' | 'tls' | 'none'
  /** Who may send; everybody unless told. */
  readonly auth?: { readonly user: string; readonly password: string }
  /** The largest message in bytes. */
  readonly size?: number
  readonly utf8?: boolean
  readonly pipelining?: boolean
  readonly hooks?: SmtpHooks
}

/** A server on this machine that keeps what it is sent. */
export interface OpenedSmtpServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly received: ReceivedMail[]
  /** May be changed at any time. */
  hooks: SmtpHooks
  /** Connections so far. */
  readonly connected: () => number
  /** Connections now. */
  readonly open: () => number
  /** Breaks all connections. */
  readonly drop: () => void
  readonly close: () => Promise<void>
}

class Refusal extends Error {
  readonly responseCode: number
  constructor(reply: string) {
    super(reply.slice(4))
    this.responseCode = Number(reply.slice(0, 3))
  }
}

/** The server shows domains in their letters; on the wire they are in ASCII. */
const inAscii = (address: string): string => {
  const at = address.lastIndexOf('@') + 1
  return address.slice(0, at) + domainToASCII(address.slice(at))
}

/** Opens a real SMTP server, with hooks for whatever may go wrong. */
export async function openSmtpServer(options: SmtpServerOptions = {}): Promise<OpenedSmtpServer> {
  const { encryption = 'none', auth, utf8 = true, pipelining = true } = options
  const received: ReceivedMail[] = []
  let connected = 0
  const opened = { hooks: options.hooks ?? {} }

  const sockets = (id?: string): Socket[] =>
    [...(server.connections as Set<{ id: string; _socket: Socket }>)]
      .filter((one) => id === undefined || one.id === id)
      .map((one) => one._socket)
  /** Does what a hook said, and calls back unless the connection is to break. */
  const act = async (
    session: SMTPServerSession,
    said: SmtpAction | Promise<SmtpAction>,
    done: (error?: Error | null) => void,
  ): Promise<void> => {
    const action = await said
    if (action === undefined) return done()
    if (typeof action === 'string' && action !== 'drop') return done(new Refusal(action))
    for (const socket of sockets(session.id)) {
      if (typeof action === 'object') socket.end(action.half)
      else socket.destroy()
    }
  }

  const server = new SMTPServer({
    secure: encryption === 'tls',
    key,
    cert: certificate,
    authOptional: auth === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(encryption === 'starttls' ? [] : ['STARTTLS']), ...(auth ? [] : ['AUTH'])],
    disableReverseLookup: true,
    // Replies are those of the hooks, codes and all.
    hideENHANCEDSTATUSCODES: true,
    hideSMTPUTF8: !utf8,
    hidePIPELINING: !pipelining,
    ...(options.size !== undefined && { size: options.size }),
    onConnect: (session, done) => {
      connected += 1
      void act(session, opened.hooks.connect?.(), done)
    },
    onAuth: ({ username = '', password }, session, done) => {
      void act(session, opened.hooks.auth?.(username), (error) => {
        if (error) return done(error)
        if (username === auth?.user && password === auth.password) return done(null, { user: username })
        done(new Refusal('535 5.7.8 Authentication credentials invalid'))
      })
    },
    onMailFrom: ({ address }, session, done) => void act(session, opened.hooks.sender?.(address), done),
    onRcptTo: ({ address }, session, done) => void act(session, opened.hooks.recipient?.(address), done),
    onData: (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope
      const envelope = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => inAscii(address)),
      }
      const take = async (): Promise<void> => {
        if (opened.hooks.data) {
          await once(stream, 'readable')
          const action = await opened.hooks.data(envelope)
          if (action !== undefined) {
            stream.resume()
            return act(session, action, done)
          }
        }
        const raw = await buffer(stream)
        let kept = false
        if (stream.sizeExceeded) return done(new Refusal('552 5.3.4 Message too big'))
        await act(session, opened.hooks.message?.(envelope), (error) => {
          if (error) done(error)
          else kept = true
        })
        if (!kept) return
        received.push({ ...envelope, raw, parsed: () => simpleParser(raw) })
        await act(session, opened.hooks.answer?.(envelope), done)
      }
      // A client that breaks off in the middle of a message has sent none.
      take().catch(() => undefined)
    },
  })
  // A client that goes away is no error of the server.
  server.on('error', () => {})
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')

  const drop = () => {
    for (const socket of sockets()) socket.destroy()
  }
  const close = async (): Promise<void> => {
    drop()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return Object.assign(opened, {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    received,
    connected: () => connected,
    open: () => server.connections.size,
    drop,
    close,
    [Symbol.asyncDispose]: close,
  })
}
