import type { SurveyedTable } from '@segmentry/postgres/effect'
import { nearest } from '@segmentry/core'
import { rowWords, wordsOf } from './names.ts'

/** A table that may be the one of people, and what speaks for it. */
export interface Candidate {
  readonly table: SurveyedTable
  readonly id: string
  readonly score: number
  readonly because: readonly string[]
}

/** What came of looking for people. */
export type Picked =
  | { readonly found: Candidate }
  | { readonly tied: readonly Candidate[] }
  /** No table is it; `why` is said of one that was asked for. */
  | { readonly none: true; readonly why?: string }

const surely = new Set(['user', 'person', 'customer', 'contact', 'member', 'subscriber'])
const maybe = new Set(
  'account profile lead client patient student player visitor guest employee shopper buyer donor recipient'.split(
    ' ',
  ),
)

/** What is asked at least of a table that is taken, and how far it has to be from the next. */
const leastScore = 20
const leastLead = 10

/** The column that identifies a row, or why there is none. */
export function idOf(table: SurveyedTable): { readonly id: string } | { readonly why: string } {
  const byName = new Map(table.columns.map((one) => [one.name, one]))
  const [primary] = table.keys
  const single = table.keys
    .flatMap((key) => (key.length === 1 ? [byName.get(key[0]!)!] : []))
    .find((one) => one?.id !== undefined && one.isReadable && (one.notNull || primary?.[0] === one.name))
  if (single !== undefined) return { id: single.name }
  if (table.keys.length === 0) {
    const own = rowWords(table.name).join('')
    const named = ['id', `${own}id`, 'uuid'].flatMap((name) =>
      table.columns.filter(
        (one) => wordsOf(one.name).join('') === name && one.id !== undefined && one.isReadable,
      ),
    )
    if (named[0] !== undefined) return { id: named[0].name }
    return { why: 'it has no key and no column that is called id' }
  }
  if (primary!.length > 1)
    return {
      why: `its key is of several columns (${primary!.join(', ')}), and a person is identified by one`,
    }
  const type = byName.get(primary![0]!)?.shown ?? 'of no type'
  return { why: `its key ${primary![0]!} is ${type}, and an id is text, uuid or a whole number` }
}

/** What speaks for a table being the one of people. */
export function candidateOf(
  table: SurveyedTable,
  all: readonly SurveyedTable[],
): Candidate | { readonly why: string } {
  if (!table.isReadable) return { why: 'the role may not read it' }
  if (!table.isNameable) return { why: 'it has a dot in its name, which a mapping cannot write' }
  const found = idOf(table)
  if ('why' in found) return found
  const words = rowWords(table.name)
  const last = words.at(-1) ?? ''
  const pointing = all.filter(
    (one) => one !== table && one.refers.some((key) => key.table === table.table),
  ).length
  const columns = table.columns.map(({ name }) => wordsOf(name).join('_'))
  const points: readonly (readonly [number, boolean, string])[] = [
    [30, words.length === 1 && surely.has(last), 'its name'],
    [15, words.length === 1 ? maybe.has(last) : surely.has(last), 'its name'],
    [20, columns.some((name) => /^(?:.*_)?e_?mail(?:_address)?$/.test(name)), 'an e-mail column'],
    [5, columns.some((name) => /^(?:first|last|full|given|family)?_?name$/.test(name)), 'a name column'],
    [
      4 * Math.min(pointing, 5),
      pointing > 0,
      `${pointing} ${pointing === 1 ? 'table that refers' : 'tables that refer'} to it`,
    ],
    [-10, table.kind === 'view', 'being a view'],
  ]
  const due = points.filter(([, holds]) => holds)
  return {
    table,
    id: found.id,
    score: due.reduce((sum, [score]) => sum + score, 0),
    because: due.filter(([score]) => score > 0).map(([, , what]) => what),
  }
}

/** The table of people: the one that is named, or the one for which clearly more speaks than for all others. */
export function pickPeople(tables: readonly SurveyedTable[], named: string | undefined): Picked {
  if (named !== undefined) return pickNamed(tables, named)
  const candidates = tables
    .map((table) => candidateOf(table, tables))
    .filter((one): one is Candidate => 'score' in one && one.score >= leastScore)
    .toSorted((a, b) => b.score - a.score)
  const [first, second] = candidates
  if (first === undefined) return { none: true }
  if (second === undefined || first.score - second.score >= leastLead) return { found: first }
  return { tied: candidates.filter((one) => first.score - one.score < leastLead) }
}

function pickNamed(tables: readonly SurveyedTable[], named: string): Picked {
  const exact = tables.filter(({ table, name }) => table === named || name === named)
  if (exact.length > 1) {
    return {
      none: true,
      why: `there are ${exact.map(({ table }) => `'${table}'`).join(' and ')}: name its schema too`,
    }
  }
  if (exact.length === 0) {
    const near = nearest(
      named,
      tables.flatMap(({ table, name }) => [name, table]),
    )
    return {
      none: true,
      why: `there is no such table${near === undefined ? '' : ` - did you mean '${near}'?`}`,
    }
  }
  const candidate = candidateOf(exact[0]!, tables)
  return 'score' in candidate ? { found: candidate } : { none: true, why: candidate.why }
}
