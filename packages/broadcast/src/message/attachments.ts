import { nearest, shown, unknownName } from '@segmentry/core'
import type { Attachment } from '../transport/transport.ts'
import { keyIssues } from './envelope.ts'
import { issueAt, type MessageIssue } from './errors.ts'

// Base64 makes four bytes of three, and Postmark takes messages of 10 MB after it, which is the least of those we hand messages to:
// https://postmarkapp.com/support/article/1056-what-are-the-attachment-and-email-size-limits

/** The most bytes that all attachments of a message have together: 7 MB, which are 9.3 MB as they are sent. */
export const mostAttached = 7_000_000

const types: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  ics: 'text/calendar',
  csv: 'text/csv',
  txt: 'text/plain',
  html: 'text/html',
  json: 'application/json',
  zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

const keys = ['filename', 'content', 'path', 'contentType', 'contentId']

/** Attachments with their content, and all that is wrong with them. */
export async function readAttachments(raw: unknown): Promise<{
  readonly attachments: readonly Attachment[]
  readonly issues: readonly MessageIssue[]
}> {
  if (raw === undefined) return { attachments: [], issues: [] }
  if (!Array.isArray(raw)) {
    return {
      attachments: [],
      issues: [issueAt('wrong-value', { part: 'attachments' }, shown(raw), 'a list')],
    }
  }
  const read = await Promise.all(raw.map((one, i) => readOne(`attachments.${i}`, one)))
  const attachments = read.flatMap(({ attachment }) => attachment ?? [])
  const issues = read.flatMap((one) => one.issues)
  const size = attachments.reduce((sum, { content }) => sum + content.byteLength, 0)
  if (size > mostAttached) {
    issues.push(
      issueAt('too-large', { part: 'attachments' }, `${size} bytes`, `at most ${mostAttached} in all`),
    )
  }
  return { attachments, issues }
}

interface One {
  readonly attachment?: Attachment
  readonly issues: MessageIssue[]
}

async function readOne(part: string, raw: unknown): Promise<One> {
  if (typeof raw !== 'object' || raw === null) {
    return { issues: [issueAt('wrong-value', { part }, shown(raw), '{ filename, content } or { path }')] }
  }
  const { filename, content, path, contentType, contentId } = raw as Readonly<Record<string, unknown>>
  const issues = [...keyIssues(part, raw, keys)]
  const wrong = (key: string, found: unknown, expected: string): void =>
    void issues.push(issueAt('attachment', { part: `${part}.${key}` }, shown(found), expected))
  const name = filename ?? (typeof path === 'string' ? path.split(/[/\\]/).at(-1) : undefined)
  if (typeof name !== 'string' || !/^[^\p{Cc}/\\"]{1,200}$/u.test(name))
    wrong('filename', name, 'a name such as "terms.pdf"')
  if ((content === undefined) === (path === undefined))
    wrong('content', content, 'a Uint8Array; or a path, and not both')
  const bytes = path === undefined ? content : await readFile(path)
  if (typeof bytes === 'string') wrong('path', path, `a file that can be read (${bytes})`)
  else if (!(bytes instanceof Uint8Array) && content !== undefined) wrong('content', content, 'a Uint8Array')
  const type = contentType ?? typeOf(name)
  if (typeof type !== 'string' || !/^[\w.+-]+\/[\w.+-]+$/.test(type))
    wrong('contentType', contentType, 'one such as application/pdf')
  if (contentId !== undefined && (typeof contentId !== 'string' || !/^[\w.@-]{1,100}$/.test(contentId))) {
    wrong('contentId', contentId, 'letters, digits, ., @, _ and -')
  }
  if (issues.length > 0) return { issues }
  // What is of another kind has been refused above.
  const made = {
    filename: name,
    content: bytes,
    contentType: type,
    ...(contentId !== undefined && { contentId }),
  }
  return { attachment: made as Attachment, issues }
}

/** The type of a file by the end of its name. */
const typeOf = (name: unknown): string | undefined =>
  typeof name === 'string' ? types[name.split('.').at(-1)!.toLowerCase()] : undefined

/** The bytes of a file, or the code that says why there are none. */
async function readFile(path: unknown): Promise<Uint8Array | string> {
  // Imported when it is needed, so that a message without files is compiled anywhere.
  const files = await import('node:fs/promises')
  try {
    return await files.readFile(String(path))
  } catch (error) {
    return (error as { readonly code?: string }).code ?? 'no such file'
  }
}

/** The pictures that HTML shows by a name that no attachment has. */
export function cidIssues(
  part: string,
  html: string,
  attachments: readonly Attachment[],
): readonly MessageIssue[] {
  const known = attachments.flatMap(({ contentId }) => contentId ?? [])
  const used = [...html.matchAll(/["'(]cid:([\w.@-]+)["')]/g)].map(([, id]) => id!)
  return [...new Set(used)]
    .filter((id) => !known.includes(id))
    .map((id) => {
      const suggestion = nearest(id, known)
      return {
        ...issueAt('attachment', { part }, `cid:${id}`, `an attachment with the contentId '${id}'`),
        message: unknownName('attachment', id, suggestion),
        ...(suggestion !== undefined && { suggestion }),
      }
    })
}
