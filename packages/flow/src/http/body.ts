import { flowError, issueOf } from '../errors.ts'
import type { Ask } from './answer.ts'
import { Refusal } from './problem.ts'

/** The JSON of a body of at most so many bytes; no more of it than that is held, and nobody waits for it once the signal aborts. */
export async function readJson(ask: Ask, most: number, signal: AbortSignal): Promise<unknown> {
  const type = ask.header('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const found = type === '' ? 'no content-type' : `the content-type '${type}'`
    throw new Refusal(415, flowError('bad-request', [issueOf([], found, 'application/json')]))
  }
  const tooLarge = (): Refusal =>
    new Refusal(413, flowError('too-large', [issueOf([], `a body of more than ${most} bytes`, 'less')]))
  if (Number(ask.header('content-length') ?? 0) > most) throw tooLarge()
  const received = async (): Promise<unknown> => {
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of ask.body()) {
      size += piece.byteLength
      if (size > most) throw tooLarge()
      pieces.push(piece)
    }
    return parse(joined(pieces, size))
  }
  return orAborted(received(), signal)
}

/** The same, as long as nothing aborts: a body that does not go on says so to nobody. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces
  if (pieces.length === 1) return only!
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw flowError('bad-request', [issueOf([], 'a body that is not JSON in UTF-8', 'one that is')])
  }
}
