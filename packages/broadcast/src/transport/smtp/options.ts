import { type Duration, shown } from '@segmentry/core'
import { createPrivateKey } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { addressOf } from '../address.ts'
import { isLoopback, optionsOf } from '../options.ts'
import type { Server } from './line.ts'
import type { DkimKey } from './mime.ts'

/** Where the server is, and how it is spoken to. */
export interface SmtpOptions {
  readonly host: string
  /** 465 with `'tls'`, 587 otherwise, unless told. */
  readonly port?: number
  /**
   * `'starttls'`, unless told: it begins in the clear and nothing is said before it is encrypted. `'tls'` is encrypted from the
   * start; `'none'` is for a server on this machine or in a network of one's own.
   */
  readonly encryption?: 'starttls' | 'tls' | 'none'
  readonly auth?: { readonly user: string; readonly password: string }
  /** How Node checks the server: `ca` for an authority of one's own. */
  readonly tls?: ConnectionOptions
  /** Connections at a time; 10 unless told. */
  readonly connections?: number
  /** Messages for which a connection is used; 100 unless told. */
  readonly messagesPerConnection?: number
  /** What the server takes at most, in messages a second; as it likes unless told. */
  readonly perSecond?: number
  /** Where bounces go; the address of `from` unless told. */
  readonly returnPath?: string
  /** Signs each message; most relays do that themselves. */
  readonly dkim?: DkimKey
  /** The name this machine gives itself to the server. */
  readonly name?: string
  /** For connecting, encryption and greeting; `'30 seconds'` unless told. */
  readonly connectTimeout?: Duration
  /** For each answer; `'10 minutes'` unless told, which RFC 5321 §4.5.3.2.6 asks to allow after a message. */
  readonly answerTimeout?: Duration
}

/** The options as they are used. */
export interface SmtpSettings {
  readonly server: Server
  readonly secrets: readonly string[]
  readonly connections: number
  readonly messagesPerConnection: number
  readonly perSecond: number | undefined
  readonly returnPath: string | undefined
  readonly dkim: DkimKey | undefined
}

const known = [
  'host',
  'port',
  'encryption',
  'auth',
  'tls',
  'connections',
  'messagesPerConnection',
  'perSecond',
  'returnPath',
  'dkim',
  'name',
  'connectTimeout',
  'answerTimeout',
]
const encryptions: ReadonlySet<unknown> = new Set(['starttls', 'tls', 'none'])

/** Checks the options; throws a `TransportError` for those that cannot be. */
export function smtpSettings(options: SmtpOptions): SmtpSettings {
  const read = optionsOf('smtp', options, known)
  const host = read.text('host', "'smtp.example.com'")
  const { encryption = 'starttls', tls = {} } = options
  if (!encryptions.has(encryption)) {
    throw read.refuse('encryption', shown(encryption), "one of 'starttls', 'tls', 'none'")
  }
  const auth = read.optional('auth', () => {
    const of = optionsOf('smtp', options.auth, ['user', 'password'])
    const user = of.text('user', "'apikey'")
    const { password } = options.auth!
    if (typeof password !== 'string' || password === '') throw of.refuse('password', 'no text', 'a text')
    if (encryption === 'none' && !isLoopback(host)) {
      throw read.refuse(
        'encryption',
        "'none' with a password",
        "'starttls' or 'tls', as it could be read on its way",
      )
    }
    return { user, pass: password }
  })
  const dkim = read.optional('dkim', () => {
    const of = optionsOf('smtp', options.dkim, ['domain', 'selector', 'privateKey'])
    const { privateKey } = options.dkim!
    try {
      createPrivateKey(privateKey)
    } catch {
      throw of.refuse('privateKey', 'no key', "a key in PEM: '-----BEGIN PRIVATE KEY-----…'")
    }
    return { domain: of.text('domain', "'example.com'"), selector: of.text('selector', "'mail'"), privateKey }
  })
  const returnPath = read.optional('returnPath', (name) => {
    const address = addressOf(read.text(name, "'bounces@example.com'"))
    if (address === undefined) throw read.refuse(name, 'what is no address', "such as 'bounces@example.com'")
    return address
  })
  const connectTimeout = read.duration('connectTimeout', '30 seconds')
  const name = read.optional('name', (one) => read.text(one, "'shop.example.com'"))
  return {
    server: {
      auth,
      connection: {
        host,
        port: read.whole('port', encryption === 'tls' ? 465 : 587, 1, 65_535),
        secure: encryption === 'tls',
        requireTLS: encryption === 'starttls',
        ignoreTLS: encryption === 'none',
        tls,
        connectionTimeout: connectTimeout,
        greetingTimeout: connectTimeout,
        dnsTimeout: connectTimeout,
        socketTimeout: read.duration('answerTimeout', '10 minutes'),
        ...(name !== undefined && { name }),
      },
    },
    secrets: auth ? [auth.pass, Buffer.from(auth.pass).toString('base64')] : [],
    connections: read.whole('connections', 10, 1, 1_000),
    messagesPerConnection: read.whole('messagesPerConnection', 100, 1),
    perSecond: read.optional('perSecond', (one) => read.whole(one, 1, 1)),
    returnPath,
    dkim,
  }
}
