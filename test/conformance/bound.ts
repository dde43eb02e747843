import type { Node } from '@segmentry/core'
import type { Kysely } from 'kysely'
import { type BoundSource, bindSource, tablesOf } from '../../packages/postgres/src/source/bind.ts'
import {
  type Catalog,
  catalogOf,
  catalogQuery,
  quotedName,
  tablesQuery,
} from '../../packages/postgres/src/source/catalog.ts'
import type { Layout } from './layouts.ts'

// A layout as the compiler sees it.

/** What the database says of a layout's tables. */
export async function catalog(db: Kysely<unknown>, { source }: Pick<Layout, 'source'>): Promise<Catalog> {
  const tables = tablesOf(source)
  const names = tables.map(quotedName)
  const existing = (await tablesQuery(names).execute(db)).rows.map(({ relation }) => relation)
  return catalogOf(tables, existing, (await catalogQuery(names).execute(db)).rows)
}

/** A layout's source as queries are compiled for it. */
export const bound = async (db: Kysely<unknown>, layout: Pick<Layout, 'source'>): Promise<BoundSource> =>
  bindSource(layout.source, await catalog(db, layout))

/** Whether a layout can answer a rule: not what it never recorded. */
export const canAnswer = ({ recordsTagTimes }: Pick<Layout, 'recordsTagTimes'>, rule: Node): boolean =>
  recordsTagTimes || !asksTagTimes(rule)

function asksTagTimes(rule: Node): boolean {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.of.some(asksTagTimes)
    case 'not':
      return asksTagTimes(rule.of)
    case 'account':
      return (rule.people ?? []).some(({ of }) => asksTagTimes(of))
    case 'segment':
      return typeof rule.of !== 'string' && asksTagTimes(rule.of.rule)
    default:
      return rule.kind === 'tag' && rule.during !== undefined
  }
}
