import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { Failure, exits } from './failure.ts'

/** Whoever reads the output has gone, as `head` does: there is nobody left to tell. */
export class ReaderGone extends Error {}

/** Writes what may go unread: what a command does matters more than who listens. */
export async function evenUnread(writing: Promise<void>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error
  }
}

type Style = Parameters<typeof styleText>[0]

/** Where a command writes. */
export interface Output {
  /** Writes lines for whoever asked; resolves when more can be taken. */
  print(text: string): Promise<void>
  /** Writes bytes as they are. */
  write(bytes: Uint8Array): Promise<void>
  /** Whether what is written is shown to somebody. */
  readonly isTerminal: boolean
  /** A value as JSON. */
  printJson(value: unknown): Promise<void>
  /** Tells whoever watches, beside the answer. */
  tell(text: string): void
  /** Text in a style where the output is a terminal that has colours, and NO_COLOR does not say otherwise. */
  style(style: Style, text: string): string
  /** Tells how far something is, beside the answer: in place where somebody watches, else each time on a line of its own. */
  readonly ticker: Ticker
  /** Runs something, and tells how long it has been going on when that is more than a second, where somebody watches. */
  during<T>(what: string, work: Promise<T>): Promise<T>
}

/** What changes while somebody watches, or is written down where nobody does. */
export interface Ticker {
  /** Whether a text takes the place of the one before it. */
  readonly isInPlace: boolean
  show(text: string): void
  /** Wipes off what stands there. */
  clear(): void
}

/** The output of a process. */
export function outputOf(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  const problem: { error?: Error } = {}
  stdout.on('error', (error) => (problem.error ??= error))
  // Whoever does not listen to errors misses nothing but them.
  stderr.on('error', () => undefined)

  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (problem.error === undefined) await written(stdout, chunk, (error) => (problem.error ??= error))
    if (problem.error !== undefined) throw failed(problem.error)
  }
  const print = (text: string): Promise<void> => write(`${text}\n`)
  return {
    print,
    write,
    isTerminal: stdout.isTTY,
    printJson: (value) => print(JSON.stringify(value, undefined, 2)),
    tell: (text) => void stderr.write(`${text}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    ticker: tickerOf(stderr),
    during: (what, work) => (stderr.isTTY ? watched(stderr, what, work) : work),
  }
}

const failed = (error: Error): Error => {
  const { code } = error as NodeJS.ErrnoException
  const isGone = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
  return isGone
    ? new ReaderGone()
    : new Failure(exits.machine, `the output cannot be written: ${error.message}`, { cause: error })
}

const written = (
  stream: Writable,
  chunk: string | Uint8Array,
  onError: (error: Error) => void,
): Promise<void> =>
  new Promise((resolve) => {
    stream.write(chunk, (error) => {
      if (error) onError(error)
      resolve()
    })
  })

function tickerOf(stream: NodeJS.WriteStream): Ticker {
  let isShown = false
  const isInPlace = stream.isTTY
  return {
    isInPlace,
    show: (text) => {
      // What is longer than a line could not be wiped off.
      const line = isInPlace ? `\r${text.slice(0, (stream.columns ?? 80) - 1)}${wiped}` : `${text}\n`
      stream.write(line)
      isShown = true
    },
    clear: () => {
      if (isInPlace && isShown) stream.write(`\r${wiped}`)
      isShown = false
    },
  }
}

const wiped = '\u001B[K'

const patience = 1_000

async function watched<T>(stream: NodeJS.WriteStream, what: string, work: Promise<T>): Promise<T> {
  const started = performance.now()
  let shown = false
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1_000)
    stream.write(`\r${what} … ${seconds} s`)
    shown = true
  }, patience)
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (shown) stream.write(`\r${wiped}`)
  }
}
