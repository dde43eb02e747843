import type { BroadcastResult } from './broadcast.ts'
import type { ExportResult } from './export.ts'
import type { PlanResult } from './plan.ts'
import type { ServiceResult } from './service.ts'
import type { ShapeResult } from './sql.ts'

/** Lines of cells as text, each column as wide as its widest cell; all but the first are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n')
}

/** A number in so many digits after the point, or fewer when it is large. */
export const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

/** The questions in SQL: milliseconds by hand, and how many times as long ours takes. */
export const shapesTable = (results: readonly ShapeResult[]): string =>
  table(
    ['question', 'people', 'by hand ms', 'set', 'point', 'auto takes', 'auto', 'agreed'],
    results.map(({ data, shape, found, byHand, ratio, auto, agreed }) => [
      `${data}: ${shape}`,
      String(found),
      shown(byHand.median),
      `${shown(ratio.set)} x`,
      `${shown(ratio.point)} x`,
      auto,
      `${shown(ratio.auto)} x`,
      agreed ? 'yes' : 'NO',
    ]),
  )

/** Single splits over HTTP: how many a second, how long they take, and how many times fewer than of an answer that asks nobody. */
export const serviceTable = (results: readonly ServiceResult[]): string =>
  table(
    ['split of one person over HTTP', 'a second', 'to bare', 'p50 ms', 'p99 ms', 'computing ms', 'agreed'],
    results.map(({ name, perSecond, ratio, p50, p99, computing, agreed }) => [
      name,
      perSecond.toFixed(0),
      `${shown(ratio)} x`,
      shown(p50),
      shown(p99),
      shown(computing),
      agreed ? 'yes' : 'NO',
    ]),
  )

/** A broadcast's audience and its mail: people or messages a second, and how many times as long as what they stand beside. */
export const broadcastTable = (results: readonly BroadcastResult[]): string =>
  table(
    ['a broadcast', 'a second', 'ratio', 'agreed'],
    results.map(({ name, perSecond, ratio, agreed }) => [
      name,
      perSecond.toFixed(0),
      `${shown(ratio)} x`,
      agreed ? 'yes' : 'NO',
    ]),
  )

/** What a plan takes beside counts one by one. */
export const planTable = (results: readonly PlanResult[]): string =>
  table(
    ['a change of segments', 'seconds', 'ratio', 'agreed'],
    results.map(({ name, seconds, ratio, agreed }) => [
      name,
      seconds.toFixed(1),
      `${shown(ratio)} x`,
      agreed ? 'yes' : 'NO',
    ]),
  )

/** Exports: people a second, and how many times as many as of a COPY by hand and of one of its own statement. */
export const exportTable = (results: readonly ExportResult[]): string =>
  table(
    ['an export', 'people a second', 'to by hand', 'to its statement', 'agreed'],
    results.map(({ name, perSecond, ratio, agreed }) => [
      name,
      perSecond.toFixed(0),
      `${shown(ratio.byHand)} x`,
      `${shown(ratio.own)} x`,
      agreed ? 'yes' : 'NO',
    ]),
  )

/** The plans of the questions that take longer than they should, beside those by hand, in Markdown. */
export const plansText = (results: readonly ShapeResult[]): string =>
  results
    .flatMap(({ data, shape, ratio, plans }) =>
      plans === undefined
        ? []
        : [
            `## ${data}: ${shape}: ${shown(ratio.auto)} times by hand`,
            `By hand:\n\n\`\`\`text\n${plans.byHand}\n\`\`\``,
            `Ours:\n\n\`\`\`text\n${plans.ours}\n\`\`\``,
          ],
    )
    .join('\n\n')
