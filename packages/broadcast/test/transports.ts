import type { Outcome, Outgoing, Transport } from '../src/index.ts'

// Transports that answer as a test wants. Those that send are tested with their own servers.

/** Answers by a function, and keeps what it was handed. */
export function answers(
  answer: (message: Outgoing, time: number) => Outcome | Promise<Outcome>,
  settings: Partial<Transport> = {},
): Transport & { readonly seen: readonly Outgoing[] } {
  const seen: Outgoing[] = []
  return {
    name: 'test',
    batch: 1,
    concurrency: 1,
    bare: true,
    ...settings,
    seen,
    send: (messages) =>
      Promise.all(
        messages.map(async (message) => {
          seen.push(message)
          return answer(message, seen.filter(({ person }) => person === message.person).length)
        }),
      ),
  }
}

export const sendsAll = (settings: Partial<Transport> = {}) =>
  answers(({ person }) => ({ status: 'sent', id: `id-${person}` }), settings)

/** Sends nothing until it is opened. */
export function gate(settings: Partial<Transport> = {}) {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const transport = answers(async () => {
    await opened
    return { status: 'sent' }
  }, settings)
  const reached = async (count: number): Promise<void> => {
    while (transport.seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { transport, open, reached }
}
