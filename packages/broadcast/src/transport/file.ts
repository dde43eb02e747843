import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TransportError } from './errors.ts'
import { base64, messageJson } from './json.ts'
import { optionsOf } from './options.ts'
import { failed, forever, sent } from './outcome.ts'
import { handOver, readied, type Ready, whyStopped } from './ready.ts'
import type { Outcome, Transport } from './transport.ts'

/** Where messages are written. */
export interface FileTransportOptions {
  /** Made when it is not there. */
  readonly folder: string
}

/**
 * Writes messages into a folder in place of sending them, to look at what would be sent.
 *
 * Of each there is `<key>.json` with all of it, and `<key>.html` that a browser shows, pictures included. The same message again
 * writes the same files.
 *
 * @example
 * ```ts
 * const transport = fileTransport({ folder: 'sent' })
 * transport.name // => 'file'
 * ```
 */
export function fileTransport(options: FileTransportOptions): Transport {
  const read = optionsOf('file', options, ['folder'])
  const folder = resolve(read.text('folder', "'sent'"))
  let closed = false
  const hand = async (ready: readonly Ready[]): Promise<readonly Outcome[]> => {
    try {
      await mkdir(folder, { recursive: true })
    } catch (error) {
      return ready.map(() => notWritten(error))
    }
    return Promise.all(ready.map((one) => write(folder, one)))
  }
  return Object.freeze<Transport>({
    name: 'file',
    batch: 50,
    concurrency: 2,
    remembersMs: forever,
    send: (messages, signal) => handOver(messages, whyStopped(signal, closed), readied, hand),
    verify: async () => {
      const probe = join(folder, '.probe')
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(probe, '')
      } catch (error) {
        const { reason } = notWritten(error)
        throw new TransportError({
          transport: 'file',
          found: reason,
          expected: 'a folder to write to',
          class: 'sender',
        })
      }
    },
    close: async () => void (closed = true),
  })
}

/** The last file is there with all of its content or not at all: it says that the message was sent. */
async function write(folder: string, ready: Ready): Promise<Outcome> {
  const path = join(folder, ready.key)
  try {
    if (ready.message.html !== undefined) await writeFile(`${path}.html`, pageOf(ready))
    const part = `${path}.${crypto.randomUUID()}.part`
    await writeFile(part, `${JSON.stringify(messageJson(ready), undefined, 2)}\n`)
    await rename(part, `${path}.json`)
    return sent(ready.key)
  } catch (error) {
    return notWritten(error)
  }
}

const notWritten = (error: unknown) => {
  const { code, syscall } = error as NodeJS.ErrnoException
  // A full disk or a folder that may not be written is so for everybody.
  return failed(
    'sender',
    `the message could not be written: ${code ?? 'it failed'}${syscall ? ` in ${syscall}` : ''}`,
    { code },
  )
}

/** A browser knows no `cid:`. */
function pageOf({ message }: Ready): string {
  let page = message.html!
  for (const { contentId, contentType, content } of message.attachments) {
    if (contentId !== undefined) {
      page = page.replaceAll(`cid:${contentId}`, () => `data:${contentType};base64,${base64(content)}`)
    }
  }
  return page
}
