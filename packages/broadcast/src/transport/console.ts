import { mailboxText } from './address.ts'
import { optionsOf } from './options.ts'
import { sent } from './outcome.ts'
import { handOver, readied, type Ready, whyStopped } from './ready.ts'
import type { Transport } from './transport.ts'

/** Where lines go. */
export interface ConsoleTransportOptions {
  /** Takes a line; standard output unless told. */
  readonly write?: (line: string) => void
}

/**
 * Prints a line for each message in place of sending it: whom it would go to, and its subject.
 *
 * @example
 * ```ts
 * const lines: string[] = []
 * const transport = consoleTransport({ write: (line) => void lines.push(line) })
 * await transport.send([], AbortSignal.timeout(1000)) // => []
 * ```
 */
export function consoleTransport(options: ConsoleTransportOptions = {}): Transport {
  const read = optionsOf('console', options, ['write'])
  const { write = (line: string) => void process.stdout.write(`${line}\n`) } = options
  if (typeof write !== 'function') throw read.refuse('write', typeof write, 'a function that takes a line')
  let closed = false
  return Object.freeze<Transport>({
    name: 'console',
    batch: 50,
    concurrency: 1,
    send: (messages, signal) =>
      handOver(messages, whyStopped(signal, closed), readied, async (ready) =>
        ready.map((one) => {
          write(lineOf(one))
          return sent(one.key)
        }),
      ),
    close: async () => void (closed = true),
  })
}

const lineOf = ({ key, from, to, subject, message }: Ready): string => {
  const { length } = message.attachments
  const files = length === 0 ? '' : `, ${length} attached`
  return `${key} ${mailboxText(from)} → ${to}: ${subject}${files}`
}
