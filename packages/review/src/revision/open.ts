import { checkOptions, checkSchema, clockMs, isText, type Schema, shown } from '@segmentry/core'
import type { Connection, Settings } from '@segmentry/postgres'
import { migrate, openDatabase, toPromise, untilClosed } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { Segments } from '../change/segments.ts'
import { keptViews } from '../kept/kept.ts'
import { openPlace } from '../kept/open.ts'
import type { KeptViews, ViewChanges, ViewsSettings } from '../kept/types.ts'
import { apply, look, rollback } from './apply.ts'
import { issueOf, revisionError, type RevisionIssue } from './errors.ts'
import type { RevisionContext } from './found.ts'
import { migrations } from './migrations.ts'
import { at, diff, history, last } from './read.ts'
import type {
  Applied,
  ApplyOptions,
  HistoryOptions,
  Revision,
  RevisionDiff,
  RevisionSegments,
  RollbackOptions,
  SegmentsThen,
  Uses,
} from './types.ts'

/** Settings of revisions. */
export interface RevisionsSettings extends Settings {
  /** The schema of the database that they are kept in; 'segmentry_review' unless told. */
  readonly schema?: string
  /** Keeps a view for each segment that is applied; without it there are none, and those that were kept before go. */
  readonly views?: ViewsSettings
}

/** The segments that were applied, one set after the other; no set is ever changed. */
export interface Revisions {
  /**
   * Makes a new revision of segments, where they differ from those that hold.
   *
   * All in one transaction: whatever happens meanwhile, the segments before or these hold, and never some of both. A segment that is used cannot
   * be removed.
   */
  apply(segments: Segments, options: ApplyOptions): Promise<Applied>
  /** The revision that holds; `undefined` before the first. */
  current(): Promise<RevisionSegments | undefined>
  /** The revisions, the last one first. */
  history(options?: HistoryOptions): Promise<readonly Revision[]>
  /** The definitions as they were at a time; `undefined` before the first. */
  at(time: Date | string): Promise<SegmentsThen | undefined>
  /** What differs between two revisions, by their numbers. */
  diff(from: number, to: number): Promise<RevisionDiff>
  /** Makes a new revision with the segments of an earlier one: all of them, or none where some do not suit the schema of today. */
  rollback(revision: number, options: RollbackOptions): Promise<Applied>
  /** The views that are kept, and up to when they can answer. */
  views(): Promise<KeptViews>
  /** What `apply` would do to views, if the segments are allowed. */
  viewsOf(segments: Segments): Promise<ViewChanges>
  /** Closes the pool, if it was opened here. */
  close(): Promise<void>
}

/**
 * Opens the revisions of segments, and makes or updates their tables.
 *
 * Use it where segments are deployed: what holds, since when, by whom and why can then be looked up, and taken back.
 *
 * @example
 * ```ts
 * const revisions = await openRevisions(schema, connection)
 * const vip = segment().group((g) => g.tag('VIP'))
 * const { revision } = await revisions.apply({ vip }, { author: 'ann', reason: 'the spring sale' })
 * revision.number // => 1
 * const fewer = segment().group((g) => g.tag('VIP').field('state', 'CA'))
 * await revisions.apply({ vip: fewer }, { author: 'bob', expects: 1 })
 * const back = await revisions.rollback(1, { author: 'ann', reason: 'too few' })
 * back.revision.changes // => [{ kind: 'changed', key: 'vip', what: 'rule' }]
 * await revisions.close()
 * ```
 */
export async function openRevisions(
  schema: Schema,
  connection: Connection,
  given: RevisionsSettings = {},
): Promise<Revisions> {
  checkSchema(schema)
  checkOptions(given, ['schema', 'views', 'statementTimeout', 'lockTimeout', 'idleTimeout'])
  const { schema: place = 'segmentry_review', views, ...settings } = given
  const database = untilClosed(openDatabase(connection, settings), 'the revisions')
  const prepared = Effect.gen(function* () {
    yield* migrate(database, { schema: place }, migrations, '@segmentry/review')
    return views && (yield* openPlace(database, schema, views))
  })
  const context: RevisionContext = {
    database,
    schema,
    place,
    views: await toPromise(Effect.onError(prepared, () => database.close)),
  }
  return {
    apply: async (segments, options) => {
      checkOptions(options, applyKeys)
      refuse([...keyIssues(segments), ...applyIssues(options)])
      return toPromise(apply(context, segments, options))
    },
    current: () => toPromise(last(context)),
    history: async (options = {}) => {
      checkOptions(options, ['segment', 'limit'])
      const { segment, limit } = options
      refuse([
        ...(segment === undefined ? [] : textIssues(['segment'], segment)),
        ...(limit === undefined ? [] : wholeIssues(['limit'], limit, 0)),
      ])
      return toPromise(history(context, options))
    },
    at: async (time) => {
      clockMs(time)
      return toPromise(at(context, time))
    },
    diff: async (from, to) => {
      refuse([...wholeIssues(['from'], from, 1), ...wholeIssues(['to'], to, 1)])
      return toPromise(diff(context, from, to))
    },
    rollback: async (revision, options) => {
      checkOptions(options, applyKeys)
      refuse([
        ...wholeIssues(['revision'], revision, 1),
        ...applyIssues(options),
        ...textIssues(['reason'], options?.reason),
      ])
      return toPromise(rollback(context, revision, options))
    },
    views: () => toPromise(database.read((session) => keptViews(session, place))),
    viewsOf: async (segments) => {
      refuse(keyIssues(segments))
      return toPromise(look(context, segments))
    },
    close: () => toPromise(database.close),
  }
}

const applyKeys = ['author', 'commit', 'reason', 'expects', 'uses']

function applyIssues(options: ApplyOptions): readonly RevisionIssue[] {
  const { author, commit, reason, expects, uses = {} }: Partial<ApplyOptions> = options ?? {}
  return [
    ...usesIssues(uses),
    ...textIssues(['author'], author),
    ...(commit === undefined ? [] : textIssues(['commit'], commit)),
    ...(reason === undefined ? [] : textIssues(['reason'], reason)),
    ...(expects === undefined ? [] : wholeIssues(['expects'], expects, 0)),
  ]
}

/** Uses that a caller without types may have handed over. */
function usesIssues(uses: Uses): readonly RevisionIssue[] {
  checkOptions(uses, Object.keys(useForms))
  return Object.entries(useForms).flatMap(([part, [fits, expected]]) => {
    const given: unknown = uses[part as keyof Uses]
    if (given === undefined) return []
    if (!isRecord(given)) return [issueOf(['uses', part], shown(given), 'an object by name')]
    return Object.entries(given)
      .filter(([, use]) => !fits(use))
      .map(([name, use]) => issueOf(['uses', part, name], shown(use), expected))
  })
}

type UseForm = readonly [fits: (use: unknown) => boolean, expected: string]

const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

const useForms: Readonly<Record<keyof Uses, UseForm>> = {
  splits: [
    (use) => isRecord(use) && Array.isArray(use['branches']) && use['branches'].every(isRecord),
    'a split with branches',
  ],
  broadcasts: [
    (use) => isRecord(use) && isRecord(use['include']) && isRecord(use['exclude'] ?? {}),
    'an audience with include',
  ],
  flows: [(use) => isRecord(use) && typeof use['segment'] === 'string', 'a flow with a segment'],
  others: [
    (use) => Array.isArray(use) && use.every((one) => typeof one === 'string'),
    'a list of what uses the segment',
  ],
}

/** What Postgres can store, and says something. */
const textIssues = (path: readonly string[], raw: unknown): readonly RevisionIssue[] =>
  isText(raw) && raw.trim() !== '' ? [] : [issueOf(path, shown(raw), 'a text')]

const wholeIssues = (path: readonly string[], raw: unknown, least: number): readonly RevisionIssue[] =>
  Number.isInteger(raw) && (raw as number) >= least && (raw as number) <= 2_147_483_647
    ? []
    : [issueOf(path, shown(raw), `a whole number from ${least}`)]

const keyIssues = (segments: Segments): readonly RevisionIssue[] =>
  Object.keys(Object(segments) as object)
    .filter((key) => !isText(key))
    .map((key) => issueOf(['segments', key], shown(key), 'a key of well-formed text without U+0000'))

function refuse(issues: readonly RevisionIssue[]): void {
  if (issues.length > 0) throw revisionError('bad-request', undefined, issues)
}
