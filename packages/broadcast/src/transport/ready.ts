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
const isTextOrNothing = (raw: unknown): raw is string | undefined => raw === undefined || isText(raw)
const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

/** Looks at a message before anybody else does: what nobody could send is refused here, alike for every transport. */
export function readied(message: Outgoing): Ready | Failed {
  const no = (reason: string): Failed => failed('sender', reason)
  if (!isRecord(message)) return no('it is no message')
  const {
    key,
    from: sender,
    replyTo: answers,
    subject,
    html,
    text,
    headers,
    attachments,
  } = message as Outgoing
  if (!isKey(key)) return no('the key of the message is not made of 1 to 64 letters, digits and hyphens')
  const from = isText(sender) ? mailboxOf(sender) : undefined
  if (from === undefined) return no("'from' is not one address such as 'Ann <ann@example.com>'")
  const replyTo = isText(answers) ? mailboxOf(answers) : undefined
  if (answers !== undefined && replyTo === undefined) return no("'replyTo' is not one address")
  if (!isText(subject)) return no('there is no subject')
  if (!isTextOrNothing(html) || !isTextOrNothing(text) || (html ?? text) === undefined) {
    return no("there is neither 'html' nor 'text'")
  }
  const wrong = wrongHeader(headers) ?? wrongAttachment(attachments)
  if (wrong !== undefined) return no(wrong)
  const to = isText(message.to) ? addressOf(message.to) : undefined
  if (to === undefined) return failed('recipient', noAddress)
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
    subject: oneLine(subject),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, oneLine(value)])),
  }
}

/** What is said of an address that is none. */
export const noAddress = 'the address is none that mail can be sent to'

const isKey = (raw: unknown): raw is string => isText(raw) && /^[A-Za-z0-9-]{1,64}$/.test(raw)

function wrongHeader(headers: unknown): string | undefined {
  if (!isRecord(headers)) return "'headers' is not headers by name"
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!-9;-~]{1,76}$/.test(name)) return 'the name of a header is not one of a header'
    if (ownHeaders.test(name)) return `the header '${name}' follows from the message itself`
    if (!isText(value)) return `the header '${name}' is not text`
  }
  return undefined
}

function wrongAttachment(attachments: unknown): string | undefined {
  if (!Array.isArray(attachments)) return "'attachments' is not a list"
  for (const one of attachments as readonly unknown[]) {
    const { filename, contentType, contentId, content } = isRecord(one) ? one : {}
    if (!isText(filename) || oneLine(filename) === '') return 'an attachment has no file name'
    if (!isText(contentType) || !/^[\w.+-]+\/[\w.+-]+$/.test(contentType))
      return 'an attachment has no content type'
    if (!isTextOrNothing(contentId) || !/^[\w.@+-]+$/.test(contentId ?? 'none')) {
      return "the content id of an attachment is not made of letters, digits and '._@+-'"
    }
    if (!(content instanceof Uint8Array)) return 'an attachment has no bytes'
  }
  return undefined
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
