import { domainToASCII } from 'node:url'

/** An address and the name that is shown with it. */
export interface Mailbox {
  readonly name?: string
  /** The domain is in ASCII; what stands before the `@` is as it was given. */
  readonly address: string
}

// Quoted local parts and domain literals are in no list of customers; what has them is a mistake or an attack.
const local = /^[^\s\p{Cc}@<>()[\]",;:\\.]+(\.[^\s\p{Cc}@<>()[\]",;:\\.]+)*$/u
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const utf8 = new TextEncoder()

/** The address with its domain in ASCII (`ann@bücher.example` is at `xn--bcher-kva.example`); `undefined` for what is none. */
export function addressOf(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  const name = text.slice(0, Math.max(at, 0))
  if (at < 1 || !local.test(name) || !name.isWellFormed() || utf8.encode(name).length > 64) return undefined
  const domain = domainToASCII(text.slice(at + 1))
  const labels = domain.split('.')
  // Only a public name receives mail of others, and its last part is no number.
  if (domain.length > 253 || labels.length < 2 || !labels.every((one) => label.test(one))) return undefined
  return /^\d+$/.test(labels.at(-1)!) ? undefined : `${name}@${domain}`
}

/** What stands behind the `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Reads `Ann <ann@example.com>` or a bare address; `undefined` for what is none, or for several. */
export function mailboxOf(text: string): Mailbox | undefined {
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return undefined
  const parts = /^(.*)<([^<>]+)>$/.exec(text.trim())
  const address = addressOf((parts?.[2] ?? text).trim())
  if (address === undefined) return undefined
  const name = nameOf(parts?.[1]?.trim() ?? '')
  if (name === undefined) return undefined
  return name === '' ? { address } : { name, address }
}

/** A name without quotes may not have signs that would end it. */
const nameOf = (text: string): string | undefined => {
  if (/^"([^"\\]|\\.)*"$/u.test(text)) return text.slice(1, -1).replaceAll(/\\(.)/gu, '$1').trim()
  return /["\\<>,;]/.test(text) ? undefined : text
}

/** A mailbox as the APIs take it: names with signs that mean something in a list of addresses are quoted. */
export function mailboxText({ name, address }: Mailbox): string {
  if (name === undefined) return address
  const plain = /^[\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]+$/u.test(name)
  return `${plain ? name : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`} <${address}>`
}
