import {
  type FieldInfo,
  isSegment,
  isSetSegment,
  nearest,
  type Schema,
  shown,
  typeName,
} from '@segmentry/core'
import type { BroadcastIssue } from '../errors.ts'
import { Issues } from '../issues.ts'
import { isMessage } from './message.ts'
import { dayOf, isZone, minuteOf, milliseconds } from './time.ts'
import type { BroadcastSettings, Cap, LocalTime } from './types.ts'

type Path = BroadcastIssue['path']

const settingKeys = [
  'key',
  'audience',
  'address',
  'channel',
  'topic',
  'optOut',
  'holdOut',
  'variants',
  'caps',
  'priority',
  'time',
  'expires',
  'message',
]

/** What a key, a channel, a topic and a variant are, so that they can stand in URLs and headers. */
const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const nameText = "at most 100 letters, digits, '-', '_' and '.', such as 'may-news'"

/** All that is wrong with the settings of a broadcast. */
export function settingIssues(given: unknown, schema: Schema): readonly BroadcastIssue[] {
  const issues = new Issues()
  const report = issues.report.bind(issues)
  const record: typeof issues.record = issues.record.bind(issues)
  const field = (raw: unknown, kind: FieldInfo['type']['kind'], path: Path): void => {
    const info = typeof raw === 'string' ? schema.fields.get(raw) : undefined
    if (info?.type.kind === kind) return
    if (info) return report(path, `'${String(raw)}', which is ${typeName(info.type)}`, `a ${kind} field`)
    const near = typeof raw === 'string' ? nearest(raw, schema.fields.keys()) : undefined
    report(path, shown(raw), `a ${kind} field of the schema`, near)
  }
  const named = (raw: unknown, path: Path): void => {
    if (typeof raw !== 'string' || !name.test(raw)) report(path, shown(raw), nameText)
  }
  const percent = (raw: unknown, path: Path, range: 'below 100' | 'above 0'): raw is number => {
    const fits = typeof raw === 'number' && raw >= 0 && raw <= 100 && hundredths(raw) !== undefined
    // With all held out, or a variant that nobody falls to, something else is meant.
    const isOutside = raw === (range === 'above 0' ? 0 : 100)
    if (!fits || isOutside) report(path, shown(raw), `a per cent ${range} with at most two decimals`)
    return fits
  }
  const duration = (raw: unknown, path: Path): void => {
    if (typeof raw !== 'string' || milliseconds(raw) === undefined) {
      report(path, shown(raw), "a duration such as '7 days'")
    }
  }

  /** Whether it is one; what is none is reported, and not looked into. */
  const isObject = (raw: unknown, path: Path, example: string): boolean =>
    issues.need(typeof raw === 'object' && raw !== null, path, raw, `an object, ${example}`)

  const settings = record<BroadcastSettings>(given, [], settingKeys)
  if (issues.all.length > 0 && Object.keys(settings).length === 0) return issues.all
  named(settings.key, ['key'])
  field(settings.address, 'text', ['address'])
  for (const key of ['channel', 'topic'] as const) {
    if (settings[key] !== undefined) named(settings[key], [key])
  }

  const audience = record<BroadcastSettings['audience']>(
    settings.audience,
    ['audience'],
    ['include', 'exclude'],
  )
  for (const part of ['include', 'exclude'] as const) {
    const path = ['audience', part]
    const raw: unknown = audience[part] ?? {}
    if (isSegment(raw) || isSetSegment(raw)) {
      report(path, 'a segment', 'segments by name, such as { vip: segments.vip }')
      continue
    }
    const segments = Object.entries(record<Record<string, unknown>>(raw, path))
    if (part === 'include' && segments.length === 0 && settings.audience !== undefined) {
      report(path, 'no segment', 'at least one')
    }
    for (const [key, segment] of segments) {
      if (!isSegment(segment) && !isSetSegment(segment)) report([...path, key], shown(segment), 'a segment')
    }
  }

  if (
    settings.optOut !== undefined &&
    isObject(settings.optOut, ['optOut'], "such as { field: 'unsubscribed' }")
  ) {
    const { field: optedOut, missing } = record<NonNullable<BroadcastSettings['optOut']>>(
      settings.optOut,
      ['optOut'],
      ['field', 'missing'],
    )
    field(optedOut, 'boolean', ['optOut', 'field'])
    if (missing !== undefined && missing !== 'send' && missing !== 'skip') {
      report(['optOut', 'missing'], shown(missing), "'send' or 'skip'")
    }
  }
  if (settings.holdOut !== undefined && isObject(settings.holdOut, ['holdOut'], 'such as { percent: 10 }')) {
    const { percent: share, salt } = record<NonNullable<BroadcastSettings['holdOut']>>(
      settings.holdOut,
      ['holdOut'],
      ['percent', 'salt'],
    )
    percent(share, ['holdOut', 'percent'], 'below 100')
    if (salt !== undefined) named(salt, ['holdOut', 'salt'])
  }
  if (settings.variants !== undefined) {
    const variants = Object.entries(record<Record<string, unknown>>(settings.variants, ['variants']))
    let sum = 0
    for (const [key, share] of variants) {
      named(key, ['variants', key])
      if (percent(share, ['variants', key], 'above 0')) sum += hundredths(share)!
    }
    if (sum !== 10_000)
      report(['variants'], `${sum / 100} % in all`, 'variants that make 100 %, such as { a: 50, b: 50 }')
  }
  if (settings.caps !== undefined) {
    if (!Array.isArray(settings.caps))
      report(['caps'], shown(settings.caps), "a list such as [{ atMost: 1, per: 'day' }]")
    else
      settings.caps.forEach((raw: unknown, i) => {
        const path = ['caps', i]
        const cap = record<{ atMost: unknown; per: unknown; within: unknown }>(raw, path, [
          'atMost',
          'per',
          'within',
        ])
        if (!Number.isSafeInteger(cap.atMost) || (cap.atMost as number) < 1) {
          report([...path, 'atMost'], shown(cap.atMost), 'a whole number from 1')
        }
        if (cap.within !== undefined) duration(cap.within, [...path, 'within'])
        else if (cap.per !== 'day') report([...path, 'per'], shown(cap.per), "'day', or within: '7 days'")
        if (cap.within !== undefined && cap.per !== undefined)
          report(path, "both 'per' and 'within'", 'one of them')
      })
  }
  if (settings.priority !== undefined) {
    if (!Number.isSafeInteger(settings.priority) || Math.abs(settings.priority) > 1_000_000) {
      report(['priority'], shown(settings.priority), 'a whole number, the higher the earlier')
    } else if (((settings.caps ?? []) as readonly Cap[]).length === 0) {
      report(
        ['priority'],
        'a priority without caps',
        'caps: what a broadcast takes precedence in is their last place',
      )
    }
  }
  if (
    settings.time !== undefined &&
    isObject(settings.time, ['time'], "such as { otherwise: 'Europe/Berlin' }")
  ) {
    const time = record<LocalTime>(settings.time, ['time'], ['zone', 'otherwise', 'at', 'on', 'quiet'])
    if (time.zone !== undefined) field(time.zone, 'text', ['time', 'zone'])
    if (typeof time.otherwise !== 'string' || !isZone(time.otherwise)) {
      report(['time', 'otherwise'], shown(time.otherwise), "a zone such as 'Europe/Berlin'")
    }
    if (time.at !== undefined && minuteOf(time.at) === undefined)
      report(['time', 'at'], shown(time.at), "a time such as '09:00'")
    if (time.on !== undefined && dayOf(time.on) === undefined)
      report(['time', 'on'], shown(time.on), "a day such as '2026-12-01'")
    if (time.on !== undefined && time.at === undefined)
      report(['time', 'on'], 'a day without a time', "at: '09:00'")
    if (time.quiet !== undefined) {
      const quiet = record<NonNullable<LocalTime['quiet']>>(time.quiet, ['time', 'quiet'], ['from', 'to'])
      for (const end of ['from', 'to'] as const) {
        if (typeof quiet[end] !== 'string' || minuteOf(quiet[end]) === undefined)
          report(['time', 'quiet', end], shown(quiet[end]), "a time such as '21:00'")
      }
      if (quiet.from !== undefined && quiet.from === quiet.to)
        report(['time', 'quiet'], 'a whole day', 'two different times')
    }
  }
  if (settings.expires !== undefined) duration(settings.expires, ['expires'])
  if (settings.message !== undefined && !isMessage(settings.message)) {
    const expected = 'what compileMessage(…) gives'
    if (!isObject(settings.message, ['message'], expected)) return issues.all
    if ('from' in settings.message) {
      report(['message'], 'a message that is not compiled', 'await compileMessage({ from: … }, schema)')
      return issues.all
    }
    const byVariant = record<Record<string, unknown>>(settings.message, ['message'])
    const variants = Object.keys(settings.variants ?? {})
    for (const variant of new Set([...variants, ...Object.keys(byVariant)])) {
      const path = ['message', variant]
      if (!isMessage(byVariant[variant])) report(path, shown(byVariant[variant]), expected)
      else if (!variants.includes(variant)) {
        report(path, `'${variant}', which is no variant`, 'one of the variants', nearest(variant, variants))
      }
    }
    if (variants.length === 0) report(['message'], 'messages by variant, without variants', expected)
  }
  return issues.all
}

/** A per cent in hundredths, if it is told in no finer parts. */
export function hundredths(percent: number): number | undefined {
  const parts = Math.round(percent * 100)
  return Math.abs(percent * 100 - parts) < 1e-6 ? parts : undefined
}
