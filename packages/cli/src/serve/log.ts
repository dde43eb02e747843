import type { Answered } from '@segmentry/flow/http'
import type { Output } from '../output.ts'
import { plain } from '../view/text.ts'

/** How a service tells what it does. */
export type LogForm = 'text' | 'json' | 'off'

/** What a service tells. Nothing in it says about whom anybody asked. */
export interface Log {
  /** Something that happened to the service as a whole. */
  readonly event: (name: string, words: string, more?: object) => void
  /** An error of its own, of which callers are told nothing. */
  readonly error: (error: unknown) => void
  /** A request that was answered. */
  readonly request: (answered: Answered) => void
}

/** The log of a service; a reader that goes away does not end the service. */
export function logOf(form: LogForm, output: Output): Log {
  const print = (text: string): void => void output.print(text).catch(() => undefined)
  const line = (entry: object): void => print(JSON.stringify({ time: new Date().toISOString(), ...entry }))
  return {
    event: (name, words, more = {}) => (form === 'json' ? line({ event: name, ...more }) : print(words)),
    error: (error) => {
      // What the evaluator said of itself is the cause of what a flow is told.
      const { cause = error } = Object(error) as { readonly cause?: unknown }
      const message = cause instanceof Error ? cause.message : String(cause)
      if (form === 'json') line({ event: 'error', message })
      else output.tell(`segmentry: ${message}`)
    },
    request: ({ milliseconds, ...answered }) => {
      const rounded = Math.round(milliseconds * 10) / 10
      if (form === 'json') line({ event: 'request', ...answered, milliseconds: rounded })
      if (form !== 'text') return
      const { method, route = '(no such path)', status, code = '' } = answered
      print([plain(method), route, status, `${rounded} ms`, code].join(' ').trimEnd())
    },
  }
}
