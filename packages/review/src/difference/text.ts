import type { Category, Movement } from './category.ts'
import type { Difference } from './difference.ts'
import type { ListChange, TextChange } from './note.ts'
import type { Said } from './said.ts'

/**
 * A difference as text for people who read no code.
 *
 * @example
 * ```ts
 * const before = { spenders: segment().group((g) => g.field('spent', greaterThan('500'))) }
 * const after = { spenders: segment().group((g) => g.field('spent', greaterThan('250')).tag('VIP')) }
 * const [change] = changes(before, after)
 * differenceText(difference(change, { before, after, schema })).split('\n')
 * // => [
 * //   'spenders was changed; what becomes of its members is not proven',
 * //   '  ~ spent is more than 500 → spent is more than 250',
 * //   '  + tagged VIP',
 * // ]
 * ```
 */
export function differenceText(difference: Difference): string {
  const { said, texts, lists, includedBy, unreadable = [] } = difference
  const users = [...includedBy.directly, ...includedBy.indirectly.map((key) => `${key} (through another)`)]
  return [
    `${headline(difference)}${movementText(difference)}`,
    ...unreadable.map(({ message }) => `  what it was does not suit the schema any more: ${message}`),
    ...[...said.map(saidText), ...lists.flatMap(listText), ...texts.map(textText)].map((line) => `  ${line}`),
    ...(users.length === 0 ? [] : [`  also moves: ${users.join(', ')}`]),
  ].join('\n')
}

function headline({ kind, key, from }: Difference): string {
  return kind === 'renamed' ? `${from} was renamed to ${key}` : `${key} was ${kind}`
}

const movements: Readonly<Record<Category, string>> = {
  same: 'it always has the same members',
  widened: 'no one leaves, others may enter',
  narrowed: 'no one enters, some may leave',
  moved: 'some enter and some leave',
  unknown: 'what becomes of its members is not proven',
}

const counted: Readonly<Record<Category, string>> = {
  ...movements,
  same: 'no one enters or leaves now',
  widened: 'some enter and no one leaves',
  narrowed: 'some leave and no one enters',
}

const proven: Readonly<Record<Category, string>> = { ...movements, moved: 'no one who is in it stays' }

/** What becomes of the members in words. */
export const movementWords = ({ category, by }: Movement): string =>
  by === 'count' ? counted[category] : proven[category]

const movementText = ({ kind, movement }: Difference): string =>
  kind === 'changed' ? `; ${movementWords(movement)}` : ''

function saidText({ kind, what, in: place, before, after, segments = [] }: Said): string {
  const where = place !== undefined ? `${place}: ` : what === 'filter' ? '' : `${what}: `
  switch (kind) {
    case 'added':
      return `+ ${where}${after}`
    case 'removed':
      return `- ${where}${before}`
    case 'changed':
      return `~ ${where}${before} → ${after}`
    case 'referred':
      return `~ ${where}${after}, as ${segments.join(' and ')} was changed`
  }
}

const listText = ({ list, added, removed, changed }: ListChange): readonly string[] => [
  ...added.map(({ person, reason, author }) => `+ ${list} by hand: ${person} (${reason}, by ${author})`),
  ...removed.map(({ person, reason, author }) => `- ${list} by hand: ${person} (${reason}, by ${author})`),
  ...changed.map(({ person, reason, author }) => `~ ${list} by hand: ${person}, now ${reason}, by ${author}`),
]

function textText({ of, before, after }: TextChange): string {
  if (before === undefined) return `+ ${of}: ${after}`
  return after === undefined ? `- ${of}: ${before}` : `~ ${of}: ${before} → ${after}`
}
