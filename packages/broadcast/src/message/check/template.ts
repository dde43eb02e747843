import { type Schema, shown, type ZoneTable, zoneTable } from '@segmentry/core'
import { addressIssue, headerIssues, keyIssues } from '../envelope.ts'
import { issueAt, type MessageIssue } from '../errors.ts'
import { limits } from '../liquid/engine.ts'
import type { MessageTemplate } from '../template.ts'

const keys = [
  'from',
  'replyTo',
  'subject',
  'preheader',
  'html',
  'mjml',
  'text',
  'attachments',
  'headers',
  'defaults',
  'values',
  'zone',
  'locale',
  'unsubscribe',
]
/** The parts that are Liquid. */
export const sources = ['subject', 'preheader', 'html', 'mjml', 'text'] as const

/** All that is wrong with a template before its Liquid is read. */
export const templateIssues = (template: MessageTemplate): readonly MessageIssue[] => [
  ...keyIssues('', template, keys),
  ...envelopeIssues(template),
  ...sourceIssues(template),
]

/** Whether a part can be read. */
export const isSource = (raw: unknown): raw is string =>
  typeof raw === 'string' && raw.length <= limits.source

/** A body by which nobody can unsubscribe. */
export const linkIssue = (part: string): MessageIssue =>
  issueAt(
    'no-unsubscribe',
    { part },
    'no link to unsubscribe that everybody gets',
    "{{ unsubscribe.url }}; or unsubscribe: 'none'",
  )

function envelopeIssues(template: MessageTemplate): readonly MessageIssue[] {
  const { from, replyTo, unsubscribe, headers } = template
  return [
    ...(addressIssue('from', from) ? [addressIssue('from', from)!] : []),
    ...(replyTo !== undefined && addressIssue('replyTo', replyTo) ? [addressIssue('replyTo', replyTo)!] : []),
    ...(unsubscribe === undefined || unsubscribe === 'link' || unsubscribe === 'none'
      ? []
      : [issueAt('wrong-value', { part: 'unsubscribe' }, shown(unsubscribe), "'link' or 'none'")]),
    ...headerIssues(headers),
  ]
}

function sourceIssues(template: MessageTemplate): readonly MessageIssue[] {
  const { subject, preheader, html, mjml, text } = template
  const issues = sources.flatMap((part) => {
    const source: unknown = template[part]
    if (source === undefined && part !== 'subject') return []
    if (typeof source !== 'string') return [issueAt('wrong-value', { part }, shown(source), 'a text')]
    if (source.trim() === '') return [issueAt('wrong-value', { part }, 'nothing but white space', 'a text')]
    if (source.length <= limits.source) return []
    return [issueAt('too-large', { part }, `${source.length} characters`, `at most ${limits.source}`)]
  })
  if (html === undefined && mjml === undefined && text === undefined) {
    issues.push(issueAt('no-body', { part: 'html' }, 'neither html nor text', 'one of them at least'))
  }
  if (html !== undefined && mjml !== undefined) {
    issues.push(issueAt('wrong-value', { part: 'mjml' }, 'html and mjml', 'one of the two'))
  }
  if (preheader !== undefined && html === undefined && mjml === undefined) {
    issues.push(
      issueAt('wrong-value', { part: 'preheader' }, 'a preheader without html', 'html, which it stands in'),
    )
  }
  if (typeof subject === 'string' && /[\r\n]/.test(subject)) {
    issues.push(issueAt('wrong-value', { part: 'subject' }, 'a line break', 'one line'))
  }
  return issues
}

/** The zone that instants are written in. */
export function zoneOf(template: MessageTemplate, schema: Schema, issues: MessageIssue[]): ZoneTable {
  const table = zoneTable(template.zone ?? schema.zone ?? 'UTC')
  if (table) return table
  const expected = "a time zone of the IANA list, such as 'Europe/Berlin'"
  issues.push(issueAt('wrong-value', { part: 'zone' }, shown(template.zone), expected))
  return zoneTable('UTC')!
}

/** The language of names of months and days. */
export function localeOf({ locale = 'en' }: MessageTemplate, issues: MessageIssue[]): string {
  try {
    if (Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0) return locale
  } catch {
    // What is no tag of a language is told as one that nobody speaks is.
  }
  issues.push(issueAt('wrong-value', { part: 'locale' }, shown(locale), "a language such as 'en' or 'de-DE'"))
  return 'en'
}
