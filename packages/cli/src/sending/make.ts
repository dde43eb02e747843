import type { Broadcast, Links, Transport } from '@segmentry/broadcast'
import { shown } from '@segmentry/core'
import type { SendConfig, SendContext } from '../config/config.ts'
import { reveal } from '../config/secret.ts'
import { Failure, usage } from '../failure.ts'

/** What a broadcast is sent with, made by the configuration; to be closed by whoever asked for it. */
export interface Means extends AsyncDisposable {
  readonly transport: Transport
  readonly links?: Links
}

/** Makes the transport and the links of a broadcast; throws a failure for what the configuration cannot make. */
export async function means({ transport, links }: SendConfig, broadcast: Broadcast): Promise<Means> {
  const given = (place: string): SendContext => ({
    broadcast,
    secret: (variable) => reveal({ env: variable }, place),
  })
  // The links first: they hold nothing open.
  const linked = links && (await made('send.links', () => links(given('send.links'))))
  const ready = await made('send.transport', () => transport(given('send.transport')))
  const found: Partial<Transport> = ready ?? {}
  if (typeof found.send !== 'function') {
    throw usage(
      `'send.transport' of the configuration made ${shown(ready)}, expected a transport`,
      'Give what smtp(…), resend(…) or another one gives: transport: () => smtp({ … })',
    )
  }
  return {
    transport: ready,
    ...(linked && { links: linked }),
    [Symbol.asyncDispose]: async () => {
      await ready.close?.()
    },
  }
}

/** What a function of the configuration makes; what it throws is told as its own. */
async function made<T>(place: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof Failure) throw error
    const said = error instanceof Error ? error.message : shown(error)
    const failure = usage(`'${place}' of the configuration cannot be made:`, said)
    failure.cause = error
    throw failure
  }
}
