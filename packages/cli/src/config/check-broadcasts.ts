import {
  type Countable,
  decodeSegment,
  decodeSetSegment,
  encodeSetSegment,
  isSetSegment,
  type Schema,
} from '@segmentry/core'
import { isRecord, isText, type Json, type Report } from './report.ts'

const sendKeys = ['transport', 'links', 'pace', 'retries', 'lease', 'mostRefused']

/** What is broadcast, and how it is sent. */
export async function checkBroadcasts(
  { broadcasts, send, ledger, schema }: Json,
  report: Report,
): Promise<void> {
  const byKey = "broadcasts by key, such as { 'may-news': mayNews }"
  if (isBroadcast(broadcasts)) report.told('broadcasts', 'one broadcast', byKey)
  else if (broadcasts !== undefined && !isRecord(broadcasts)) report.wrong('broadcasts', broadcasts, byKey)
  else {
    for (const [key, broadcast] of Object.entries(broadcasts ?? {})) {
      checkBroadcast(key, broadcast, schema, report)
    }
  }
  if (ledger !== undefined && !isText(ledger)) {
    report.wrong('ledger', ledger, "the schema of the database with the ledger: 'segmentry_broadcast'")
  }
  if (send !== undefined) await checkSend(send, report)
}

const isBroadcast = (raw: unknown): raw is Json & { readonly audience: Json } =>
  isRecord(raw) && isRecord(raw['audience']) && isText(raw['version'])

function checkBroadcast(key: string, broadcast: unknown, schema: unknown, report: Report): void {
  const place = `broadcasts.${key}`
  const expected = 'what defineBroadcast(schema, …) gives'
  if (!isBroadcast(broadcast)) return report.wrong(place, broadcast, expected)
  if (broadcast['key'] !== key) {
    const own = String(broadcast['key'])
    report.told(place, `the broadcast '${own}'`, `one under its own key: { '${own}': … }`)
  }
  if (schema === undefined) return
  if (broadcast['schema'] !== schema) {
    const one = 'one that was defined with the schema of this configuration'
    return report.told(place, 'a broadcast of another schema', one)
  }
  for (const part of ['include', 'exclude']) {
    const segments = broadcast.audience[part] ?? {}
    for (const [name, segment] of Object.entries(segments as Readonly<Record<string, Countable>>)) {
      report.attempt(`${place}.audience.${part}.${name}`, () => checkFits(segment, schema as Schema))
    }
  }
}

/** Code may be as large as it likes. */
const limits = {
  depth: Infinity,
  filters: Infinity,
  values: Infinity,
  text: Infinity,
  document: Infinity,
}

/** Throws where a segment of the same shape was made for another schema: sending would be the first to say so. */
function checkFits(segment: Countable, schema: Schema): void {
  if (isSetSegment(segment)) decodeSetSegment(encodeSetSegment(segment, { limits }), schema, { limits })
  else decodeSegment(segment.definition, schema, { limits })
}

async function checkSend(send: unknown, report: Report): Promise<void> {
  if (!isRecord(send)) return report.wrong('send', send, 'an object such as { transport: () => smtp({ … }) }')
  report.known(send, sendKeys, 'send')
  const { transport, links, pace, retries, lease, mostRefused } = send
  if (typeof transport !== 'function') {
    const made = isRecord(transport) && 'send' in transport
    const expected = 'a function that makes the transport: () => smtp({ … })'
    if (made) report.told('send.transport', 'a transport that was made already', expected)
    else report.wrong('send.transport', transport, expected)
  }
  if (links !== undefined && typeof links !== 'function') {
    const expected = 'a function that makes the links: () => ({ unsubscribe: unsubscribeLinks({ … }) })'
    report.hidden('send.links', links, expected)
  }
  const { sendSettingIssues } = await import('@segmentry/broadcast')
  const settings = Object.entries({ pace, retries, lease, mostRefused }).filter(
    ([, one]) => one !== undefined,
  )
  for (const { path, message } of sendSettingIssues(Object.fromEntries(settings))) {
    report.issues.push(`${['send', ...path].join('.')}: ${message}`)
  }
}
