import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { EventRecord, Person } from '@segmentry/core'

interface EventLine {
  readonly id: number
  readonly person: string
  readonly name: string
  readonly ts: string
  readonly props: Readonly<Record<string, unknown>>
}

/** A person of the data: fields that were never asked for are null there, and left out here. */
interface PersonLine {
  readonly id: string
  readonly tags: readonly string[]
  readonly [field: string]: unknown
}

/** An event and whose it is. */
export interface StoreEvent extends EventRecord {
  readonly person: string
}

/** The end of the data: `now` for every evaluation of it. */
export const dataEnd = '2017-12-31T23:59:59Z'

const folder = new URL('../data/', import.meta.url)
const parseLines = <T>(text: string): readonly T[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

/** The households, with their events when asked for. */
export async function readPeople(): Promise<readonly Person[]> {
  const lines = parseLines<PersonLine>(await readFile(new URL('people.ndjson', folder), 'utf8'))
  return lines.map(({ id, tags, ...fields }) => ({
    id,
    tags,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  }))
}

/** Everything that happened, in order of time. */
export async function readEvents(): Promise<readonly StoreEvent[]> {
  const text = gunzipSync(await readFile(new URL('events.ndjson.gz', folder))).toString('utf8')
  return parseLines<EventLine>(text).map(({ id, person, name, ts, props }) => ({
    id: String(id),
    person,
    name,
    at: ts,
    properties: props,
  }))
}
