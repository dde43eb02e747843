import { Liquid } from 'liquidjs'
import { type Calendar, escaped, filtersOf, plainText } from './filters.ts'
import { Markup, MarkupCapture, StrictAssign, StrictCase, StrictIf, StrictUnless } from './tags.ts'

/** The most that a part of a message holds as it is written, and as it is sent: Postmark takes bodies of 5 MB. */
export const limits = { source: 1_000_000, rendered: 5_000_000, renderMs: 2_000, memory: 20_000_000 } as const

/** The tags of a message. Nothing reads another file, and nothing counts on between messages. */
export const tagNames = [
  'if',
  'unless',
  'case',
  'for',
  'assign',
  'capture',
  'echo',
  'liquid',
  'cycle',
  'break',
  'continue',
  'comment',
  'raw',
  '#',
] as const

/**
 * An engine for the parts of one message: HTML, where what it writes is escaped, or text.
 *
 * With `reading` it is for looking at templates: names are not checked, and faults are collected.
 */
export function engineOf(calendar: Calendar, kind: 'html' | 'text' | 'reading'): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: kind !== 'reading',
    // `default` may be given what is not there.
    lenientIf: true,
    ownPropertyOnly: true,
    catchAllErrors: true,
    parseLimit: limits.source * 4,
    renderLimit: limits.renderMs,
    memoryLimit: limits.memory,
    ...(kind === 'html' && {
      outputEscape: (value: unknown) =>
        value instanceof Markup ? value.valueOf() : escaped(plainText(value)),
    }),
    ...(kind === 'text' && { outputEscape: plainText }),
  })
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name)
  for (const [name, filter] of filtersOf(calendar, kind === 'html')) engine.registerFilter(name, filter)
  for (const name of Object.keys(engine.tags)) {
    if (!(tagNames as readonly string[]).includes(name)) delete engine.tags[name]
  }
  const own: Liquid['tags'] = {
    if: StrictIf,
    unless: StrictUnless,
    case: StrictCase,
    assign: StrictAssign,
    ...(kind === 'html' && { capture: MarkupCapture }),
  }
  for (const [name, tag] of Object.entries(own)) engine.registerTag(name, tag)
  return engine
}
