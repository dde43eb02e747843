import type { BroadcastPlan, Reason } from '@segmentry/broadcast'
import { table } from './table.ts'
import { counted, grouped, lasting, plain } from './text.ts'

/** What a broadcast would do, by reason. */
export function planText(plan: BroadcastPlan, style: (text: string) => string): string {
  const { broadcast, at, considered, toSend, leftOut, samples, seconds, undecided } = plan
  const details: Partial<Record<Reason, Readonly<Record<string, number>>>> = {
    excluded: plan.excluded,
    suppressed: plan.suppressed,
  }
  const some = (ids: readonly string[], count: number): string =>
    ids.length === 0 ? '' : `${ids.join(', ')}${count > ids.length ? ', …' : ''}`
  const reasons = Object.entries(leftOut).flatMap(([name, count]) => {
    const reason = name as Reason
    if (count === 0) return []
    return [
      [reason, grouped(count), some(samples[reason], count)],
      ...Object.entries(details[reason] ?? {}).map(([why, n]) => [`  ${why}`, grouped(n), '']),
    ]
  })
  const rows = [
    ['sent to', grouped(toSend), some(samples.toSend, toSend)],
    ...Object.entries(plan.variants).map(([name, n]) => [`  ${name}`, grouped(n), '']),
    ...reasons,
  ]
  const missing = counted(plan.missing)
  const notes = [
    `In the segments: ${counted(plan.included) || 'nobody'}.`,
    ...(missing === ''
      ? []
      : [`Sent to and without a value that the message needs: ${missing}. They are left out at hand-over.`]),
    ...(plan.unknownZones > 0
      ? [`With a zone that the database does not know: ${grouped(plan.unknownZones)}.`]
      : []),
    ...(seconds === undefined ? [] : [`From the first message to the last: ${lasting(seconds)}.`]),
    ...undecided.map((one) => `To be decided: ${plain(one)}.`),
  ]
  return [
    style(`${plain(broadcast)} is planned: ${grouped(toSend)} of ${grouped(considered)} would be sent to`),
    `As of ${at}`,
    '',
    table(rows, { head: ['', 'people', 'such as'], right: [1], style }),
    '',
    ...notes,
  ].join('\n')
}
