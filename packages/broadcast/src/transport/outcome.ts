import type { FailureClass, Outcome } from './transport.ts'

/** A message that was not sent. */
export type Failed = Extract<Outcome, { readonly status: 'failed' }>

/** The outcome of a message that was not sent. */
export const failed = (
  kind: FailureClass,
  reason: string,
  more: { readonly code?: string | undefined; readonly waitMs?: number | undefined } = {},
): Failed => ({
  status: 'failed',
  class: kind,
  reason,
  ...(more.code !== undefined && { code: more.code }),
  ...(more.waitMs !== undefined && kind === 'retry' && { waitMs: more.waitMs }),
})

/** The outcome of a message that was accepted. */
export const sent = (id?: unknown): Outcome => ({
  status: 'sent',
  ...(typeof id === 'string' && id !== '' && { id }),
})

/** What is said of messages that were not begun. */
export const notBegun = (why: string): Failed => failed('retry', `not handed over: ${why}`)

const controls = /[\p{Cc}\u2028\u2029]+/gu
const longest = 200

/** What somebody else's server said, as part of a reason: on one line, not long, and without any secret. */
export function wordsOf(said: string, secrets: readonly string[] = []): string {
  let words = said
  for (const secret of secrets) if (secret !== '') words = words.replaceAll(secret, '•••')
  words = words.replaceAll(controls, ' ').trim()
  return words.length > longest ? `${words.slice(0, longest)}…` : words
}

/** Long enough for every broadcast, for those who never forget: ten years in milliseconds. */
export const forever = 10 * 365 * 86_400_000
