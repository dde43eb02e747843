import type { FailureClass } from '../transport.ts'

/** What the server was asked when it refused. */
export type Stage = 'connection' | 'sender' | 'recipient' | 'message'

/** A refusal of an SMTP server. */
export interface Reply {
  /** Such as 550. */
  readonly code: number
  /** The enhanced code of RFC 3463, such as `5.1.1`, where there is one. */
  readonly enhanced?: string
  /** What follows the codes. */
  readonly text: string
}

/** Reads a reply of any number of lines; `undefined` for what refuses nothing. */
export function replyOf(response: string): Reply | undefined {
  const lines = [
    ...response.matchAll(/^([45]\d\d)(?![^\s-])[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?=\s|$))?[ \t]*(.*)$/gm),
  ]
  const [, code, enhanced] = lines[0] ?? []
  if (code === undefined) return undefined
  const text = lines.map((line) => line[3]!.trim()).filter((line) => line !== '')
  return { code: Number(code), ...(enhanced !== undefined && { enhanced }), text: text.join(' ') }
}

// RFC 3463 §3, RFC 7505 (null MX), RFC 7293 (another owner) and IANA's list of enhanced codes. What no detail says, the subject says.
const byDetail: Readonly<Record<string, FailureClass>> = {
  '1.7': 'sender', // the sender's address is wrong in form
  '1.8': 'sender', // … or in its domain
  '2.2': 'retry', // a full mailbox: soft, though it comes with a 5
  '2.3': 'sender', // too long a message
  '3.1': 'retry', // the mail system is full
  '4.3': 'retry', // a directory server failed
  '4.5': 'retry', // congestion
  '4.7': 'retry', // too long on the way
  '6.7': 'recipient', // RFC 6531: this address needs SMTPUTF8
  '6.8': 'recipient',
  '6.9': 'recipient',
  '7.17': 'recipient', // the mailbox has another owner
  '7.18': 'recipient', // the domain has another owner
}
const bySubject: Readonly<Record<string, FailureClass>> = {
  1: 'recipient',
  2: 'recipient',
  3: 'sender',
  4: 'recipient', // no route, no such host; Exchange says 5.4.1 of a mailbox that it does not know
  5: 'sender',
  6: 'sender',
  7: 'sender',
}
// Subjects whose detail 0, "other", tells less than the reply code.
const vague = new Set(['0', '3', '4', '5', '6'])

/** RFC 5321 §4.2.3 and RFC 7504, in answer to RCPT TO. */
const badMailbox = new Set([550, 551, 553, 555, 556])

/**
 * The class of a refusal: by the enhanced code where there is one, else by the reply code.
 *
 * A reply that begins with 4 asks to try again, whatever stands behind it. Nobody is to blame for what was refused before the
 * recipient was named.
 */
export function classOf({ code, enhanced }: Reply, stage: Stage): FailureClass {
  if (code < 500 || enhanced?.startsWith('4')) return 'retry'
  const told = byEnhanced(enhanced) ?? byCode(code, stage)
  return told === 'recipient' && (stage === 'connection' || stage === 'sender') ? 'sender' : told
}

function byEnhanced(enhanced: string | undefined): FailureClass | undefined {
  const [kind, subject = '', detail = ''] = enhanced?.split('.') ?? []
  if (kind !== '5' || (detail === '0' && vague.has(subject))) return undefined
  return byDetail[`${subject}.${detail}`] ?? bySubject[subject]
}

function byCode(code: number, stage: Stage): FailureClass {
  // Storage is exceeded: the mailbox is full, and it may be emptied.
  if (code === 552 && stage !== 'sender') return 'retry'
  return stage === 'recipient' && badMailbox.has(code) ? 'recipient' : 'sender'
}
