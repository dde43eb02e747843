import {
  checkCountable,
  checkCountables,
  checkMemberOptions,
  checkOptions,
  checkPeople,
  checkSegment,
  checkSegments,
  shown,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import { exportFormats, type ExportOptions } from '../export/export.ts'
import type { BoundPeople } from '../source/bind.ts'
import type { Evaluation, ModeSetting } from './effects.ts'

// A caller without types is told what is wrong before anything is asked of the database. Such an error is a defect: no
// caller can go on from it.

/** An evaluation that checks what it is given. */
export function guarded(evaluation: Evaluation, people: BoundPeople): Evaluation {
  const after = <A, E>(check: () => void, ask: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      check()
      return ask()
    })
  return {
    ...evaluation,
    count: (segment, at) =>
      after(
        () => {
          checkCountable(segment)
          checkOptions(at)
        },
        () => evaluation.count(segment, at),
      ),
    counts: (segments, at) =>
      after(
        () => {
          checkCountables(segments)
          checkOptions(at)
        },
        () => evaluation.counts(segments, at),
      ),
    members: (segment, page) =>
      Stream.unwrap(
        Effect.sync(() => {
          checkCountable(segment)
          checkMemberOptions(page)
          checkAfter(page?.after, people)
          return evaluation.members(segment, page)
        }),
      ),
    has: (segment, person, at) =>
      after(
        () => {
          checkSegment(segment)
          checkPeople([person])
          checkOptions(at)
        },
        () => evaluation.has(segment, person, at),
      ),
    which: (segments, asked, at) =>
      after(
        () => {
          checkSegments(segments)
          checkPeople(asked)
          checkOptions(at)
        },
        () => evaluation.which(segments, asked, at),
      ),
    explain: (segment, person, at) =>
      after(
        () => {
          checkSegment(segment)
          checkPeople([person])
          checkOptions(at)
        },
        () => evaluation.explain(segment, person, at),
      ),
    load: (asked, needs) =>
      after(
        () => checkPeople(asked),
        () => evaluation.load(asked, needs),
      ),
    export: (segment, options) =>
      Stream.unwrap(
        Effect.sync(() => {
          checkCountable(segment)
          checkExportOptions(options)
          return evaluation.export(segment, options)
        }),
      ),
    exports: (segments, options) =>
      Stream.unwrap(
        Effect.sync(() => {
          checkCountables(segments)
          checkExportOptions(options)
          return evaluation.exports(segments, options)
        }),
      ),
    cost: (segment, at) =>
      after(
        () => {
          checkCountable(segment)
          checkOptions(at)
        },
        () => evaluation.cost(segment, at),
      ),
    view: (segment, calendar) =>
      after(
        () => checkCountable(segment),
        () => evaluation.view(segment, calendar),
      ),
    sql: (segment, options) => {
      checkCountable(segment)
      checkOptions(options, ['now', 'mode'])
      checkMode(options?.mode, ['set', 'point'])
      return evaluation.sql(segment, options)
    },
  }
}

/** A page goes on after an id, whether or not somebody has it; what cannot be an id has no place in their order. */
function checkAfter(after: string | undefined, { idColumn, idType }: BoundPeople): void {
  if (after === undefined || idType.accepts(after)) return
  throw new RangeError(
    `after is an id as column '${idColumn}' has it (${idType.sqlType}), found ${shown(after)}`,
  )
}

const exportKeys = ['now', 'signal', 'format', 'fields', 'sensitive', 'spreadsheet']

/** Throws a `TypeError` for options that are none, and a `RangeError` for what an option cannot be. */
function checkExportOptions(options: ExportOptions | undefined): void {
  checkOptions(options, exportKeys)
  const { format = 'csv', fields, spreadsheet = false } = options ?? {}
  if (!exportFormats.includes(format))
    throw new RangeError(`format is one of ${exportFormats.join(', ')}, found ${shown(format)}`)
  const given: unknown = fields
  const isList = Array.isArray(given) && given.every((name) => typeof name === 'string')
  if (given !== undefined && given !== 'all' && !isList)
    throw new RangeError(`fields is a list of names or 'all', found ${shown(given)}`)
  if (spreadsheet && format !== 'csv')
    throw new RangeError(`spreadsheet is for the format csv, found ${format}`)
}

/** Throws a `RangeError` for a mode that there is not. */
export function checkMode(
  mode: ModeSetting | undefined,
  known: readonly ModeSetting[] = ['auto', 'set', 'point'],
): void {
  if (mode === undefined || known.includes(mode)) return
  throw new RangeError(`mode is one of ${known.join(', ')}, found ${shown(mode)}`)
}
