import { type FieldInfo, type Person, readField, type Value } from '@segmentry/core'
import type { Liquid, Template, UndefinedVariableError } from 'liquidjs'
import type { Outgoing } from '../transport/transport.ts'
import { flattened, saying } from './check/parse.ts'
import { issueAt, MessageError } from './errors.ts'
import { limits } from './liquid/engine.ts'
import type { Calendar } from './liquid/filters.ts'
import { emptyRecord, put, shownValue } from './liquid/values.ts'
import { isBlankValue } from './values.ts'

/** What a message says to one person, ready to be handed over to a transport. */
export type Rendered = Pick<
  Outgoing,
  'from' | 'replyTo' | 'subject' | 'html' | 'text' | 'headers' | 'attachments'
>

/** What a person lacks and the message says nothing in place of: nothing is sent to them. */
export interface Lacking {
  /** Names of fields, in order. */
  readonly missing: readonly string[]
}

/** What is known of the send, beside the person. */
export interface RenderContext {
  /** The key of the broadcast: `{{ broadcast.key }}`. */
  readonly broadcast: string
  /** `{{ variant }}`, which is empty where there is none. */
  readonly variant?: string
  /** `{{ unsubscribe.url }}`: a link of its own for each person. */
  readonly unsubscribeUrl?: string
  /** The clock: what `now` is in `{{ 'now' | date: '%Y' }}`. The same clock gives the same message, also when it is tried again. */
  readonly at: Date | string | number
}

/** A part as it is rendered. */
export interface Part {
  readonly name: 'subject' | 'preheader' | 'html' | 'text'
  readonly engine: Liquid
  readonly templates: readonly Template[]
}

/** A field that is looked at, and what stands in for it. */
export interface UsedField {
  readonly info: FieldInfo
  readonly fallback: Value | undefined
}

/** What a template sees of a person: the fields it uses, and no others. */
export function personScope(
  person: Person,
  fields: readonly UsedField[],
  calendar: Calendar,
): Record<string, unknown> {
  const scope = emptyRecord()
  scope['id'] = person.id
  for (const { info, fallback } of fields) {
    const found = readField(info, person.fields)
    const value = found === undefined || isBlankValue(found) ? fallback : found
    if (value !== undefined) put(scope, info.path, shownValue(info.type, value, calendar.zone))
  }
  return scope
}

/** Renders a part; names that turn out to be missing are added to those that have. */
export function renderPart({ name, engine, templates }: Part, scope: object, missing: Set<string>): string {
  try {
    const text = String(engine.renderSync([...templates], scope))
    if (text.length > limits.rendered) throw new RangeError(`more than ${limits.rendered} characters`)
    return text
  } catch (error) {
    const errors = [...flattened(error)] as (UndefinedVariableError & { readonly originalError?: unknown })[]
    const absent = errors.map(nameOfMissing)
    for (const one of absent) if (one !== undefined) missing.add(one)
    if (absent.some((one) => one === undefined)) throw renderError(name, errors[absent.indexOf(undefined)]!)
    return ''
  }
}

/** The name that an error says is not there, if it is such an error. */
function nameOfMissing(error: UndefinedVariableError): string | undefined {
  const { variableName } = (error.originalError ?? {}) as { readonly variableName?: unknown }
  return typeof variableName === 'string' ? variableName.replace(/^person\./, '') : undefined
}

function renderError(part: string, error: UndefinedVariableError): MessageError {
  const [line, column] = error.token?.getPosition() ?? []
  const found = error.token === undefined ? (error as Error).message : saying(error)
  const at = line === undefined ? { part } : { part, line, column: column! }
  return new MessageError({ issues: [{ ...issueAt('render', at, found, 'a message'), message: found }] })
}

/** Text as it stands in a header: one line. */
export const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim()

/** HTML with a text at its beginning that readers do not see: what lists of messages show after the subject. */
export function withPreheader(html: string, preheader: string): string {
  const hidden = `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader}</div>`
  const body = /<body\b[^>]*>/i.exec(html)
  if (!body) return hidden + html
  const at = body.index + body[0].length
  return html.slice(0, at) + hidden + html.slice(at)
}
