import { wordsOf } from '../outcome.ts'

/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** What the body says as JSON; `undefined` for what is none, or was cut off. */
  readonly body: unknown
  /** Whether the body was to be JSON or did not come to its end, and so might have said something. */
  readonly garbled: boolean
}

/** There was no answer. */
export interface NoAnswer {
  readonly status: 'none'
  /** Whether the server may have read the request. */
  readonly mayBeRead: boolean
  /** Whether it is as likely the next time, until somebody does something. */
  readonly lasts: boolean
  readonly reason: string
  readonly code: string | undefined
}

/** A request, and how long its answer may take in milliseconds. */
export interface Question {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What is posted; without one, it only asks. */
  readonly body?: string
  readonly timeout: number
  /** Texts that no reason may contain. */
  readonly secrets: readonly string[]
}

const largestAnswer = 4 * 1024 * 1024

interface NodeError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly errors?: readonly NodeError[]
}

const untrusted = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_)|SELF_SIGNED|^EPROTO$/
const neverConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)/

/**
 * Sends one request, on a connection of its own: one that is kept may be closed by the server in the moment in which it is
 * used again, and then nobody could say whether the request was read. Never rejects, and follows no redirection.
 */
export async function request(question: Question): Promise<Answer | NoAnswer> {
  try {
    const response = await fetch(question.url, {
      headers: { ...question.headers, connection: 'close' },
      ...(question.body !== undefined && { method: 'POST', body: question.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(question.timeout),
    })
    return { status: response.status, headers: response.headers, ...(await bodyOf(response)) }
  } catch (error) {
    return noAnswer(error as NodeError, question.secrets)
  }
}

function noAnswer(error: NodeError, secrets: readonly string[]): NoAnswer {
  const cause = (error.cause ?? error) as NodeError
  // Several addresses were tried.
  const first = cause.errors?.[0] ?? cause
  const code = cause.code ?? first.code ?? (error.name === 'TimeoutError' ? 'TIMEOUT' : undefined)
  const distrust = untrusted.test(code ?? '')
  const reached = !distrust && !neverConnected.test(code ?? '') && first.syscall !== 'connect'
  const said = wordsOf(first.message || error.message, secrets)
  return {
    status: 'none',
    mayBeRead: reached,
    lasts: distrust || code === 'ENOTFOUND',
    reason: reached ? `no answer: ${said}` : `no connection: ${said}`,
    code,
  }
}

async function bodyOf(response: Response): Promise<Pick<Answer, 'body' | 'garbled'>> {
  let text = ''
  try {
    const decoder = new TextDecoder()
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true })
      // The loop's end cancels the rest.
      if (text.length > largestAnswer) return { body: undefined, garbled: true }
    }
  } catch {
    return { body: undefined, garbled: true }
  }
  if (text === '') return { body: undefined, garbled: false }
  try {
    return { body: JSON.parse(text), garbled: false }
  } catch {
    return { body: undefined, garbled: /json/i.test(response.headers.get('content-type') ?? '') }
  }
}

/** What the header `Retry-After` asks for, in milliseconds: seconds or a date (RFC 9110 §10.2.3). */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const raw = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(raw)) return Math.ceil(Number(raw) * 1000)
  const date = /[a-z]/i.test(raw) ? Date.parse(raw) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
