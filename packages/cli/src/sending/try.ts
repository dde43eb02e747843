import type { Broadcast, Broadcasts, TestSent } from '@segmentry/broadcast'
import { type Exit, exits } from '../failure.ts'
import type { Output } from '../output.ts'
import { plain } from '../view/text.ts'
import type { Means } from './make.ts'

/** What is asked of a test. */
export interface Trial {
  readonly to: string
  readonly person: string | undefined
  readonly json: boolean
}

/** Sends a broadcast to addresses of those who try it, and tells what became of each message. */
export async function tryOut(
  broadcasts: Broadcasts,
  broadcast: Broadcast,
  { transport, links }: Means,
  { to, person, json }: Trial,
  output: Output,
): Promise<Exit> {
  const sent = await broadcasts.test(broadcast, {
    transport,
    to: to.split(',').map((one) => one.trim()),
    ...(person !== undefined && { person }),
    ...(links && { links }),
  })
  if (json) for (const one of sent) await output.print(JSON.stringify(one))
  else await output.print(sent.map(lineOf).join('\n'))
  return sent.every(({ outcome }) => outcome.status === 'sent') ? exits.ok : exits.no
}

function lineOf({ to, person, variant, outcome }: TestSent): string {
  const of = `${variant === undefined ? '' : `variant ${variant}, `}as ${person}`
  const became =
    outcome.status === 'sent'
      ? 'sent'
      : `not sent (${outcome.class}): ${outcome.code ?? ''} ${outcome.reason}`
  return plain(`${to}: ${became.replace(':  ', ': ')}, ${of}`)
}
