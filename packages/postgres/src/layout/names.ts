import { isText, nearest, shown, unknownName } from '@segmentry/core'
import { isRecord, type Report } from './stored.ts'

const longestName = 512

/** What an id or a name is, for errors. */
export const nameText = `text of 1 to ${longestName} bytes`

const encoder = new TextEncoder()

/** An index has room for some 2,700 bytes in a row, and a row in one holds up to three of these. */
export const isName = (raw: unknown): raw is string =>
  isText(raw) && raw !== '' && (raw.length * 3 <= longestName || encoder.encode(raw).length <= longestName)

/** Reports a key of a record that means nothing: what stands under it would be lost. */
export function checkKeys(record: object, known: readonly string[], report: Report): void {
  const key = Object.keys(record).find((one) => !known.includes(one))
  if (key === undefined) return
  report([key], unknownName('key', key, undefined), `one of ${known.join(', ')}`, nearest(key, known))
}

/** The records of a part of a batch that are records; what is none is reported. */
export function recordsOf<T extends object>(
  records: readonly T[] | undefined,
  reporter: (index: number) => Report,
): readonly (readonly [record: T, report: Report])[] {
  return Array.from(records ?? []).flatMap((record, index) => {
    const report = reporter(index)
    if (isRecord(record)) return [[record, report] as const]
    report([], shown(record), 'an object')
    return []
  })
}

/** A list as it was given; what is none is reported, and then there is nothing in it. */
export function listOf<T>(
  raw: readonly T[] | undefined,
  key: string,
  expected: string,
  report: Report,
): readonly T[] {
  if (raw === undefined || Array.isArray(raw)) return raw ?? []
  report([key], shown(raw), expected)
  return []
}
