import type { Failures, Progress } from '@segmentry/broadcast'
import { table } from './table.ts'
import { counted, grouped, lasting, plain } from './text.ts'

type Style = (text: string) => string

/** The reasons of those who failed; all others are of those who were left out. */
const ofFailed = new Set(['refused', 'gave-up'])

/** How far a broadcast is, with what went wrong most. */
export function progressText(progress: Progress, failures: readonly Failures[], style: Style): string {
  const { broadcast, state, reason, frozenAt, endedAt, nextAt, unseen, people } = progress
  const reasons = Object.entries(progress.reasons)
  const because = (isOne: (name: string) => boolean): string =>
    counted(Object.fromEntries(reasons.filter(([name]) => isOne(name))))
  const rows = [
    ['sent', progress.sent, ''],
    ['failed', progress.failed, because((name) => ofFailed.has(name))],
    ['unknown', progress.unknown, 'handed over, and nobody knows what came of it'],
    ['in hand', progress.inHand, unseen === undefined ? '' : unseenText(unseen)],
    ['waiting', progress.pending, nextAt === undefined ? '' : `the next at ${nextAt}`],
    ['cancelled', progress.cancelled, 'not sent'],
    ['left out', progress.skipped, because((name) => !ofFailed.has(name))],
  ] as const
  const ended = endedAt === undefined ? '' : `, ended ${endedAt}`
  return [
    style(`${plain(broadcast)} is ${state}${reason === undefined ? '' : `: ${plain(reason)}`}`),
    `Its audience of ${grouped(people)} was fixed ${frozenAt}${ended}`,
    '',
    table(
      rows.filter(([name, n]) => n > 0 || name === 'sent').map(([name, n, why]) => [name, grouped(n), why]),
      { head: ['', 'people', 'why'], right: [1], style },
    ),
    ...(failures.length === 0 ? [] : ['', failuresTable(failures, style)]),
  ].join('\n')
}

const unseenText = ({ inHand, until }: NonNullable<Progress['unseen']>): string =>
  `${grouped(inHand)} with a sender that is not seen: taken back by the next send after ${until}`

/** How many kinds of failures are told. */
const mostKinds = 5

function failuresTable(failures: readonly Failures[], style: Style): string {
  const rows = failures
    .slice(0, mostKinds)
    .map(({ class: kind, code = '', count, lastAt, reason = '' }) => [
      kind,
      code,
      grouped(count),
      lastAt,
      reason,
    ])
  return table(rows, { head: ['failure', 'code', 'attempts', 'last', 'what was said'], right: [2], style })
}

/** How far a broadcast is on one line; `rate` is how many people a second are through. */
export function progressLine(progress: Progress, rate: number): string {
  const { broadcast, state, sent, failed, unknown, pending, inHand, nextAt } = progress
  const waiting = pending + inHand
  const counts = [
    `${grouped(sent)} sent`,
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
    ...(unknown > 0 ? [`${grouped(unknown)} unknown`] : []),
    ...(waiting > 0 ? [`${grouped(waiting)} to go`] : []),
  ]
  const speed =
    state !== 'sending' || waiting === 0
      ? ''
      : nextAt !== undefined && inHand === 0
        ? `; the next at ${nextAt}`
        : rate > 0
          ? `; ${rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))} a second, about ${lasting(waiting / rate)} left`
          : ''
  return `${plain(broadcast)}: ${state === 'sending' ? '' : `${state}, `}${counts.join(', ')}${speed}`
}
