import {
  defineSchema,
  defineSegments,
  inProcess,
  type Person,
  type SchemaOf,
  segmentry,
} from '@segmentry/core'
import { type FlowService, flowService } from '@segmentry/flow/http'

const schema = defineSchema({ fields: {}, tags: ['VIP'], events: { opened: {} } })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

/** Who is welcomed in which way. */
export const segments = defineSegments({
  vip: segment()
    .titled('VIP')
    .described('Whom somebody calls.')
    .group((g) => g.tag('VIP')),
  engaged: segment()
    .titled('Engaged')
    .described('Opened an email in the last 30 days.')
    .group((g) => g.event('opened', (e) => e.within('30 days'))),
})

/** A handful of people, as they are at an instant; your own service asks your Postgres instead. */
export function people(now: Date): readonly Person[] {
  const opened = (id: string, daysAgo: number) => [
    { id, name: 'opened' as const, at: new Date(now.getTime() - daysAgo * 86_400_000) },
  ]
  return [
    { id: '1', tags: ['VIP'], events: opened('e1', 2) },
    { id: '2', events: opened('e2', 5) },
    { id: '3', events: opened('e3', 200) },
    { id: '4' },
    { id: '5', tags: ['VIP'] },
  ]
}

/** The service that the workflow asks. */
export const welcomeService = (key: string, now = new Date()): FlowService =>
  flowService({ evaluator: inProcess(schema, people(now), { now }), segments, keys: [key] })
