import { unreadable } from './feedback.ts'

type Json = Readonly<Record<string, unknown>>

/** An object of JSON that answers what it holds, and throws where that is not of its type. */
export interface Reading {
  text(name: string): string
  /** A text that may be absent, null or empty. */
  perhaps(name: string): string | undefined
  time(name: string): Date
  texts(name: string): readonly string[]
  flag(name: string): boolean
  object(name: string): Reading | undefined
  raw(name: string): unknown
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The object that a body is. */
export function readingOf(body: Uint8Array): Reading {
  let raw: unknown
  try {
    raw = JSON.parse(utf8.decode(body))
  } catch {
    throw unreadable('a body that is not JSON in UTF-8', 'one that is')
  }
  if (!isObject(raw)) throw unreadable('JSON that is no object', 'an object')
  return reading(raw, '')
}

const isObject = (raw: unknown): raw is Json => typeof raw === 'object' && raw !== null && !Array.isArray(raw)

function reading(json: Json, at: string): Reading {
  const value = (name: string): unknown => (Object.hasOwn(json, name) ? json[name] : undefined)
  const wrong = (name: string, expected: string): never => {
    const found = value(name)
    const kind =
      found === undefined
        ? 'nothing'
        : found === null
          ? 'null'
          : Array.isArray(found)
            ? 'a list'
            : typeof found
    throw unreadable(`${kind} at '${at}${name}'`, expected)
  }
  const text = (name: string): string => {
    const found = value(name)
    return typeof found === 'string' && found !== '' ? found : wrong(name, 'a text')
  }
  return {
    raw: value,
    text,
    perhaps: (name) => {
      const found = value(name)
      if (found === undefined || found === null || found === '') return undefined
      return typeof found === 'string' ? found : wrong(name, 'a text')
    },
    time: (name) => {
      const found = new Date(text(name))
      return Number.isNaN(found.getTime()) ? wrong(name, 'an instant in ISO 8601') : found
    },
    texts: (name) => {
      const found = value(name)
      const isList = Array.isArray(found) && found.every((one) => typeof one === 'string')
      return isList ? found : typeof found === 'string' ? [found] : wrong(name, 'a list of texts')
    },
    flag: (name) => {
      const found = value(name)
      return typeof found === 'boolean' ? found : wrong(name, 'true or false')
    },
    object: (name) => {
      const found = value(name)
      return isObject(found) ? reading(found, `${at}${name}.`) : undefined
    },
  }
}
