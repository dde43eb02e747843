import { differenceText } from '../difference/text.ts'
import type { Cost, Funnel, Mover, Moves, People, Plan, PlannedChange } from '../plan/types.ts'

/** A part of what a plan shows: what there is to say is decided once, and written in several ways. */
export type Block =
  | { readonly block: 'line'; readonly text: string }
  | { readonly block: 'list'; readonly items: readonly string[] }
  | { readonly block: 'diff'; readonly text: string }
  | {
      readonly block: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** The columns of numbers, by their places. */
      readonly right: readonly number[]
    }
  /** What belongs together; with `folded`, it is only looked at by who wants to. */
  | {
      readonly block: 'section'
      readonly title: string
      readonly folded?: boolean
      readonly of: readonly Block[]
    }

/** What a plan shows, in order: everything that moves at a glance, and then each change. */
export function blocksOf(plan: Plan): readonly Block[] {
  const { changes, splits, broadcasts, flows, people, sample, at } = plan
  const among =
    sample === undefined
      ? `Counted among ${grouped(people)} people at ${at}.`
      : `Estimated from ${grouped(sample)} of ${grouped(people)} people at ${at}: 19 times of 20, the number lies in the interval.`
  if (changes.length + splits.length + broadcasts.length === 0) {
    return [{ block: 'line', text: 'No segment changes.' }]
  }
  const blocks: Block[] = [{ block: 'line', text: among }]
  if (changes.length > 0) {
    blocks.push({
      block: 'table',
      head: ['segment', 'change', 'before', 'after', 'enter', 'leave', 'stay'],
      rows: changes.map(({ difference, ...moves }) => [
        difference.from === undefined ? difference.key : `${difference.from} → ${difference.key}`,
        changeWord(difference),
        ...numbers(moves),
      ]),
      right: [2, 3, 4, 5, 6],
    })
  }
  const owned = ownersOf(changes)
  if (owned.length > 0) blocks.push({ block: 'line', text: `To be seen by ${owned.join('; ')}.` })
  blocks.push(...changes.map(changeSection))
  if (splits.length > 0) {
    const of = splits.map(({ name, branches, moves }): Block => {
      const title = moves === undefined ? name : `${name}: ${numberOf(moves)} take another branch`
      const rows = branches.map(({ key, before, after }) => [key, numberOf(before), numberOf(after)])
      const table: Block = { block: 'table', head: ['branch', 'before', 'after'], rows, right: [1, 2] }
      return { block: 'section', title, of: [table] }
    })
    blocks.push({ block: 'section', title: 'Splits', of })
  }
  if (broadcasts.length > 0) {
    const rows = broadcasts.map(({ name, ...moves }) => [name, ...numbers(moves)])
    const head = ['broadcast', 'before', 'after', 'enter', 'leave', 'stay']
    blocks.push({
      block: 'section',
      title: 'Broadcasts: whom they are for',
      of: [{ block: 'table', head, rows, right: [1, 2, 3, 4, 5] }],
    })
  }
  if (flows.length > 0) {
    const items = flows.map(
      ({ name, on, segment, starts }) =>
        `${name} starts when somebody has ${on} ${segment}: for ${numberOf(starts)}, if moving by a change of the rule counts`,
    )
    blocks.push({ block: 'section', title: 'Flows', of: [{ block: 'list', items }] })
  }
  return blocks
}

/** Who answers for what changes, each with the segments. */
function ownersOf(changes: readonly PlannedChange[]): readonly string[] {
  const byOwner = Map.groupBy(changes, ({ owner }) => owner)
  return [...byOwner].flatMap(([owner, theirs]) =>
    owner === undefined ? [] : [`${owner} (${theirs.map(({ difference: { key } }) => key).join(', ')})`],
  )
}

/** What became of a segment in a word. */
const changeWord = ({ kind, movement }: PlannedChange['difference']): string =>
  kind === 'changed' ? movement.category : kind

function changeSection({ difference, entering, leaving, funnel, cost }: PlannedChange): Block {
  const [title = '', ...said] = differenceText(difference).split('\n')
  const of: Block[] = []
  const items = [...said.map((line) => line.trimStart()), ...costOf(cost)]
  if (items.length > 0) of.push({ block: 'list', items })
  if (difference.code !== '') {
    of.push({
      block: 'section',
      title: 'Code',
      folded: true,
      of: [{ block: 'diff', text: difference.code }],
    })
  }
  const movers = [...moversOf('enters', entering), ...moversOf('leaves', leaving)]
  if (movers.length > 0) {
    of.push({
      block: 'section',
      title: 'Some of those who move',
      folded: true,
      of: [{ block: 'list', items: movers }],
    })
  }
  // What has the same rule, or one filter on each side, is told by the numbers above.
  const isTold = difference.kind === 'renamed' || Math.max(stepsIn(funnel.before), stepsIn(funnel.after)) < 2
  const funnels = isTold ? [] : [...funnelOf('before', funnel.before), ...funnelOf('after', funnel.after)]
  if (funnels.length > 0) {
    of.push({ block: 'section', title: 'People who pass each filter', folded: true, of: funnels })
  }
  return { block: 'section', title, of }
}

/** What costs less on both sides is not felt. */
const feltCost = 5_000

function costOf({ before = 0, after = 0 }: Cost = {}): readonly string[] {
  if (Math.max(before, after) < feltCost) return []
  const shown = [before, after].filter((cost) => cost > 0).map((cost) => grouped(Math.round(cost)))
  const times = before > 0 && after > 0 ? `, ${(after / before).toFixed(1)} times` : ''
  return [`counting it is estimated to cost ${shown.join(' → ')}${times}`]
}

const stepsIn = (funnel: Funnel = []): number => funnel.flat().length

const moversOf = (way: string, movers: readonly Mover[]): readonly string[] =>
  movers.map(({ person, because }) => `${person} ${way}: ${because.join('; ')}`)

const funnelOf = (side: string, funnel: Funnel = []): readonly Block[] =>
  funnel.map((steps, i) => ({
    block: 'table',
    head: [funnel.length === 1 ? side : `${side}, group ${i + 1}`, 'alone', 'with those above'],
    rows: steps.map(({ filter, alone, left }) => [filter, numberOf(alone), numberOf(left)]),
    right: [1, 2],
  }))

const numbers = ({ before, after, enters, leaves, stays }: Moves): readonly string[] =>
  [before, after, enters, leaves, stays].map(numberOf)

/** A number of people, with the interval where it is an estimate; nothing where there is none. */
export function numberOf(people: People | undefined): string {
  if (people === undefined) return '–'
  const { count, from, to } = people
  const isExact = from === undefined || to === undefined || from === to
  return isExact ? grouped(count) : `${grouped(count)} (${grouped(from)}–${grouped(to)})`
}

const grouped = (count: number): string => count.toLocaleString('en-US')
