import { nearest, type Schema, shown, unknownName } from '@segmentry/core'
import type { Batch } from './batch.ts'
import { checkKeys, isName, listOf, nameText, recordsOf } from './names.ts'
import { type Report, storedRecord } from './stored.ts'

/** An account of a grouping that is stored, with the JSON text of the fields given. */
export type PreparedAccount = readonly [grouping: string, id: string, fields: string]

/** A person who comes to belong to an account, or leaves it. */
export type PreparedMember = readonly [person: string, grouping: string, id: string]

/** The accounts of a batch, each once. */
export function prepareAccounts(
  schema: Schema,
  batch: Batch,
  reporter: (index: number) => Report,
): readonly PreparedAccount[] {
  const accounts = new Map<string, { grouping: string; id: string; fields: object }>()
  for (const [input, report] of recordsOf(batch.accounts, reporter)) {
    const { account, id, fields } = input
    checkKeys(input, ['account', 'id', 'fields'], report)
    if (!isName(id)) report(['id'], shown(id), nameText)
    const declared = groupingOf(schema, account, report)
    if (!declared || !isName(id)) continue
    const given = fields === undefined ? {} : storedRecord('field', declared, fields, ['fields'], report)
    const key = `${account}\0${id}`
    accounts.set(key, { grouping: account, id, fields: { ...accounts.get(key)?.fields, ...given } })
  }
  return sorted(accounts).map(({ grouping, id, fields }) => [grouping, id, JSON.stringify(fields)])
}

/** Who comes and who goes; of the same person and account, the last one counts. */
export function prepareMembers(
  schema: Schema,
  batch: Batch,
  reporter: (index: number) => Report,
): { readonly add: readonly PreparedMember[]; readonly remove: readonly PreparedMember[] } {
  const changes = new Map<string, { member: PreparedMember; isAdded: boolean }>()
  for (const [change, report] of recordsOf(batch.members, reporter)) {
    const { person, account, add, remove } = change
    checkKeys(change, ['person', 'account', 'add', 'remove'], report)
    if (!isName(person)) report(['person'], shown(person), nameText)
    const declared = groupingOf(schema, account, report)
    for (const [key, ids] of Object.entries({ add, remove })) {
      for (const [i, id] of listOf(ids, key, 'a list of ids', report).entries()) {
        if (!isName(id)) report([key, i], shown(id), nameText)
        if (!declared || !isName(person) || !isName(id)) continue
        const member = [person, account, id] as const
        changes.set(member.join('\0'), { member, isAdded: key === 'add' })
      }
    }
  }
  const that = (isAdded: boolean) =>
    sorted(changes).flatMap((one) => (one.isAdded === isAdded ? [one.member] : []))
  return { add: that(true), remove: that(false) }
}

function groupingOf(schema: Schema, account: string, report: Report) {
  const declared = schema.accounts.get(account)
  if (!declared) {
    const found = typeof account === 'string' ? unknownName('account', account, undefined) : shown(account)
    report(['account'], found, 'an account of the schema', nearest(account, schema.accounts.keys()))
  }
  return declared
}

/** In the order of their keys, so that two batches cannot lock each other out. */
const sorted = <T>(byKey: ReadonlyMap<string, T>): readonly T[] =>
  [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
