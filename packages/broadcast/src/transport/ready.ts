import { addressOf, type Mailbox, mailboxOf } from './address.ts'
import { failed, type Failed, notBegun } from './outcome.ts'
import type { Outcome, Outgoing } from './transport.ts'

/** A message with nothing in it that could become another header, another recipient, or another message. */
export interface Ready {
  readonly key: string
  readonly message: Outgoing
  readonly from: Mailbox
  readonly to: string
  readonly replyTo?: Mailbox
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
}

// They follow from the rest of the message.
const ownHeaders =
  /^(from|to|cc|bcc|reply-to|sender|return-path|subject|date|message-id|mime-version|content-.*|resent-.*|dkim-signature)$/i

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
const isText = (raw: unknown): raw is string => typeof raw === 'string'

/** Looks at a message before anybody else does: what nobody could send is refused here, alike for every transport. */
export function readied(message: Outgoing): Ready | Failed {
  const { key, headers, attachments, html, text } = message
  if (!isText(key) || !/^[A-Za-z0-9-]{1,64}$/.test(key)) {
    return failed('sender', 'the key of the message is not made of 1 to 64 letters, digits and hyphens')
  }
  const from = isText(message.from) ? mailboxOf(message.from) : undefined
  if (from === undefined) return failed('sender', "'from' is not one address such as 'Ann <ann@example.com>'")
  const replyTo = isText(message.replyTo) ? mailboxOf(message.replyTo) : undefined
  if (message.replyTo !== undefined && replyTo === undefined)
    return failed('sender', "'replyTo' is not one address")
  if (!isText(message.subject)) return failed('sender', 'there is no subject')
  if (!isText(html) && !isText(text)) return failed('sender', "there is neither 'html' nor 'text'")
  const clean: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!-9;-~]{1,76}$/.test(name)) return failed('sender', 'the name of a header is not one of a header')
    if (ownHeaders.test(name)) return failed('sender', `the header '${name}' follows from the message itself`)
    if (!isText(value)) return failed('sender', `the header '${name}' is not text`)
    // Otherwise __proto__ would be swallowed.
    Object.defineProperty(clean, name, { value: oneLine(value), enumerable: true })
  }
  for (const { filename, contentType, contentId } of attachments) {
    if (!isText(filename) || oneLine(filename) === '')
      return failed('sender', 'an attachment has no file name')
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType))
      return failed('sender', 'an attachment has no content type')
    if (contentId !== undefined && !/^[\w.@+-]+$/.test(contentId)) {
      return failed('sender', "the content id of an attachment is not made of letters, digits and '._@+-'")
    }
  }
  const to = isText(message.to) ? addressOf(message.to) : undefined
  if (to === undefined) return failed('recipient', 'the address is none that mail can be sent to')
  return {
    key,
    message: {
      ...message,
      attachments: attachments.map((one) => ({ ...one, filename: oneLine(one.filename) })),
      ...(html !== undefined && { html: html.toWellFormed() }),
      ...(text !== undefined && { text: text.toWellFormed() }),
    },
    from,
    to,
    ...(replyTo && { replyTo }),
    subject: oneLine(message.subject),
    headers: clean,
  }
}

/** Hands over those that are ready; outcomes stand in the order of the messages. */
export async function handOver<R extends { readonly key: string }>(
  messages: readonly Outgoing[],
  stopped: string | undefined,
  look: (message: Outgoing) => R | Failed,
  hand: (ready: readonly R[]) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  if (stopped !== undefined) return messages.map(() => notBegun(stopped))
  const looked = messages.map(look)
  const ready = looked.filter((one): one is R => 'key' in one)
  const outcomes = ready.length === 0 ? [] : await hand(ready)
  let at = 0
  return looked.map((one) => ('key' in one ? outcomes[at++]! : one))
}

/** Why nothing is begun any more, if so. */
export const whyStopped = (signal: AbortSignal, closed: boolean): string | undefined => {
  if (closed) return 'the transport is closed'
  return signal.aborted ? 'it was stopped before' : undefined
}
