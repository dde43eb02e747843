import type { Recipient } from '@segmentry/broadcast'
import type { Loaded } from '../config/load.ts'
import { exits } from '../failure.ts'
import { plain } from '../view/text.ts'
import { ofSent, openedLedger, writtenDown } from './broadcasting.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'recipient'> = async (call, context) => {
  const { output } = context
  const [key = '', person = ''] = call.places
  const loaded = await project(call, context)
  await using ledger = await openedLedger(loaded, context)
  const { broadcasts } = ledger
  const found = await ofSent(loaded, broadcasts, key, () => broadcasts.recipient(key, person))
  if (found === undefined) {
    if (call.flags.json === true) await output.printJson(null)
    else
      await output.print(
        `${plain(person)} was not meant by ${plain(key)}: in none of its segments when its audience was fixed`,
      )
    return exits.no
  }
  const { address, ...others } = found
  const isShown = address !== undefined && !isSensitive(loaded, key)
  const recipient: Recipient = isShown ? found : others
  if (call.flags.json === true) await output.printJson(recipient)
  else await output.print(recipientText(key, recipient, (text) => output.style('bold', text)))
  return exits.ok
}

/** Whether addresses of a broadcast are not to be shown; of one that is written down no more, nobody can say. */
function isSensitive(loaded: Loaded, key: string): boolean {
  const field = writtenDown(loaded, key)?.address
  return field === undefined || loaded.config.schema.fields.get(field)?.isSensitive === true
}

function recipientText(key: string, recipient: Recipient, style: (text: string) => string): string {
  const { person, status, reason, detail, attempts, feedback } = recipient
  const facts = [
    ['address', recipient.address],
    ['variant', recipient.variant],
    ['not before', recipient.notBefore],
    ['handed over', recipient.handedAt],
    ['ended', recipient.endedAt],
    ['message', recipient.message],
    ['detail', detail],
  ] as const
  const width = Math.max(...facts.map(([name]) => name.length))
  const why = reason === undefined ? '' : `: ${reason}`
  return [
    style(`${plain(person)} in ${plain(key)} is ${status}${plain(why)}`),
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${name.padEnd(width)}  ${plain(value)}`],
    ),
    ...attempts.map(({ at, class: kind, code, reason: said }) =>
      plain(`  ${at} ${[kind, code].filter((one) => one !== undefined).join(' ')}: ${said ?? ''}`),
    ),
    ...feedback.map(({ at, kind }) => plain(`  ${at} ${kind}`)),
  ].join('\n')
}
