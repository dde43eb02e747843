import { checkSchema, clockMs, type Person, type Schema, shown, type Value } from '@segmentry/core'
import type { Attachment } from '../transport/transport.ts'
import { cidIssues, readAttachments } from './attachments.ts'
import { isFaulty, parsed } from './check/parse.ts'
import type { Names } from './check/name.ts'
import { isSource, linkIssue, localeOf, sources, templateIssues, zoneOf } from './check/template.ts'
import { walkPart } from './check/walk.ts'
import { issueAt, MessageError, type MessageIssue } from './errors.ts'
import { engineOf } from './liquid/engine.ts'
import type { Calendar } from './liquid/filters.ts'
import { emptyRecord } from './liquid/values.ts'
import { htmlOfMjml } from './mjml.ts'
import {
  type Lacking,
  oneLine,
  type Part,
  personScope,
  type RenderContext,
  type Rendered,
  renderPart,
  type UsedField,
  withPreheader,
} from './render.ts'
import type { MessageTemplate } from './template.ts'
import { textOfHtml, tidy } from './text.ts'
import type { Checked } from './typed.ts'
import { readDefaults, readValues } from './values.ts'

/** A message that has been checked: it can be rendered for every person who has what it needs. */
export interface Message {
  readonly from: string
  readonly replyTo?: string
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
  /** Every field that the message looks at: what has to be read of a person. */
  readonly fields: readonly string[]
  /**
   * Those of them that a person has to have, with neither a default nor a condition around them. Blank text counts as none, as
   * `isBlank()` says in a segment.
   */
  readonly needs: readonly string[]
  /** Whether it links to the page that unsubscribes: `unsubscribeUrl` is to be given. */
  readonly unsubscribes: boolean
  /** What it says to a person, or what the person lacks. Throws a {@link MessageError} for what no check could foresee. */
  render(person: Person, context: RenderContext): Rendered | Lacking
}

/**
 * Checks what a broadcast says against the schema, and makes of it a message that is rendered for one person after another.
 *
 * Everything that can be wrong is found before anybody is written to. Rejects with a {@link MessageError} that has all faults at once:
 * Liquid that cannot be read, an unknown field, filter or tag, something that may be nothing and has no default, a body
 * without the link to unsubscribe.
 *
 * @example
 * ```ts
 * const message = await compileMessage(
 *   {
 *     from: 'Acme <news@acme.example>',
 *     subject: 'News for {{ person.state }}',
 *     text: 'You spent {{ person.spent }}.\nNo more of this: {{ unsubscribe.url }}',
 *     defaults: { spent: '0.00' },
 *   },
 *   schema,
 * )
 * message.needs // => ['state']
 * const context = { broadcast: 'spring', unsubscribeUrl: 'https://acme.example/u/1', at: new Date() }
 * message.render({ id: 'eve' }, context) // => { missing: ['state'] }
 * ```
 */
export async function compileMessage<
  S extends Schema,
  const Subject extends string,
  const Html extends string = string,
  const Mjml extends string = string,
  const Text extends string = string,
  const Preheader extends string = string,
>(template: Checked<S, Subject, Html, Mjml, Text, Preheader>, schema: S): Promise<Message> {
  checkSchema(schema)
  return compile(template, schema)
}

async function compile(template: MessageTemplate, schema: Schema): Promise<Message> {
  if (typeof template !== 'object' || template === null) {
    throw new MessageError({
      issues: [issueAt('wrong-value', { part: 'message' }, shown(template), '{ from, subject, html }')],
    })
  }
  const issues: MessageIssue[] = [...templateIssues(template)]
  const zone = zoneOf(template, schema, issues)
  const locale = localeOf(template, issues)
  const { values, issues: valueIssues } = readValues(template.values)
  const { defaults, issues: defaultIssues } = readDefaults(template.defaults, schema)
  const { attachments, issues: attachmentIssues } = await readAttachments(template.attachments)
  issues.push(...valueIssues, ...defaultIssues, ...attachmentIssues)

  const wantsLink = (template.unsubscribe ?? 'link') === 'link'
  const data = new Map([
    ...values,
    ['broadcast', { key: '' }] as const,
    ['variant', ''] as const,
    ...(wantsLink ? [['unsubscribe', { url: '' }] as const] : []),
  ])
  const names: Names = { schema, defaults: new Set(defaults.keys()), data }
  const fields = new Set<string>()
  const needs = new Set<string>()
  const calendar: Calendar = { zone, locale, now: 0 }
  const reading = engineOf(calendar, 'reading')

  /** Whether a part is well-formed; what it uses and what is wrong with it is noted. */
  const check = (part: string, source: string, isBody: boolean): boolean => {
    const templates = parsed(reading, part, source)
    if (isFaulty(templates)) {
      issues.push(...templates)
      return false
    }
    const linked = walkPart(part, templates, names, { issues, fields, needs })
    if (isBody && wantsLink && !linked) issues.push(linkIssue(part))
    return true
  }
  const written = Object.fromEntries(
    sources.flatMap((part) => (isSource(template[part]) ? [[part, template[part]]] : [])),
  )
  const fine = new Set(
    Object.entries(written).flatMap(([part, source]) =>
      check(part, source, part === 'text' || part === 'html' || part === 'mjml') ? [part] : [],
    ),
  )

  let html = written['html']
  if (fine.has('mjml') && html === undefined) {
    const made = await htmlOfMjml(written['mjml']!)
    if (typeof made === 'string') html = made
    else issues.push(...made)
  }
  let text = written['text']
  let isMade = false
  if (text === undefined && html !== undefined && (fine.has('html') || fine.has('mjml'))) {
    text = await textOfHtml(html)
    isMade = true
    const before = issues.length
    check('text', text, true)
    if (issues.length > before) {
      const own = issues.splice(before)
      issues.push(
        issueAt(
          'no-body',
          { part: 'text' },
          `no text, and none that can be made of the HTML (${own[0]!.message})`,
          'a text',
        ),
      )
    }
  }
  if (html !== undefined)
    issues.push(...cidIssues(written['mjml'] === undefined ? 'html' : 'mjml', html, attachments))
  if (issues.length > 0) throw new MessageError({ issues })

  const engines = { html: engineOf(calendar, 'html'), text: engineOf(calendar, 'text') }
  const partOf = (name: Part['name'], source: string | undefined): Part | undefined => {
    if (source === undefined) return undefined
    const engine = name === 'html' || name === 'preheader' ? engines.html : engines.text
    return { name, engine, templates: engine.parse(source) }
  }
  return messageOf({
    template,
    attachments,
    calendar,
    values,
    wantsLink,
    needs,
    fields: [...fields].toSorted().map((name) => ({
      info: schema.fields.get(name)!,
      fallback: defaults.get(name) as Value | undefined,
    })),
    subject: partOf('subject', template.subject)!,
    preheader: partOf('preheader', template.preheader),
    html: partOf('html', html),
    text: partOf('text', text),
    isMade,
  })
}

interface Ready {
  readonly template: MessageTemplate
  readonly attachments: readonly Attachment[]
  readonly calendar: Calendar
  readonly values: ReadonlyMap<string, unknown>
  readonly wantsLink: boolean
  readonly needs: ReadonlySet<string>
  readonly fields: readonly UsedField[]
  readonly subject: Part
  readonly preheader: Part | undefined
  readonly html: Part | undefined
  readonly text: Part | undefined
  /** Whether the text is made of the HTML. */
  readonly isMade: boolean
}

function messageOf(ready: Ready): Message {
  const { template, attachments, calendar, values, wantsLink, fields } = ready
  const fixed = {
    from: template.from,
    ...(template.replyTo !== undefined && { replyTo: template.replyTo }),
    headers: Object.freeze({ ...template.headers }),
    attachments: Object.freeze(attachments),
  }
  const render = (person: Person, context: RenderContext): Rendered | Lacking => {
    const { unsubscribeUrl } = context
    if (wantsLink && !isWebAddress(unsubscribeUrl)) {
      const found = issueAt(
        'wrong-value',
        { part: 'unsubscribeUrl' },
        shown(unsubscribeUrl),
        'a link of the person, https://…',
      )
      throw new MessageError({ issues: [found] })
    }
    calendar.now = clockMs(context.at)
    const scope = emptyRecord()
    for (const [name, value] of values) scope[name] = value
    Object.assign(scope, {
      person: personScope(person, fields, calendar),
      broadcast: { key: context.broadcast },
      variant: context.variant ?? '',
      unsubscribe: { url: unsubscribeUrl },
    })
    const missing = new Set<string>()
    const say = (part: Part | undefined): string | undefined => part && renderPart(part, scope, missing)
    const subject = oneLine(say(ready.subject)!)
    const [preheader, html, text] = [say(ready.preheader), say(ready.html), say(ready.text)]
    // Whom the whole of it has nothing to say to is written nothing.
    if (missing.size === 0) {
      for (const [part, said] of Object.entries({ subject, html, text }))
        if (said?.trim() === '') missing.add(part)
    }
    if (missing.size > 0) return { missing: missingOf(missing, ready.needs) }
    return {
      ...fixed,
      subject,
      ...(html !== undefined && {
        html: preheader === undefined ? html : withPreheader(html, oneLine(preheader)),
      }),
      ...(text !== undefined && { text: ready.isMade ? tidy(text) : text }),
    }
  }
  return Object.freeze({
    ...fixed,
    fields: Object.freeze(fields.map(({ info }) => info.name)),
    needs: Object.freeze([...ready.needs].toSorted()),
    unsubscribes: wantsLink,
    render,
  })
}

/** The fields that are missing; what a template has made of them is missing for their sake. */
function missingOf(found: ReadonlySet<string>, needs: ReadonlySet<string>): readonly string[] {
  // An object that is not there lacks its parts.
  const own = [...needs].filter(
    (name) => found.has(name) || [...found].some((one) => name.startsWith(`${one}.`)),
  )
  return (own.length > 0 ? own : [...found]).toSorted()
}

const isWebAddress = (raw: unknown): raw is string =>
  typeof raw === 'string' && /^https?:\/\/[\x21-\x7E]+$/.test(raw)
