import type { Service } from '../setup/service.ts'
import type { NodeJson } from './harness.ts'

/** A row of the form. */
export interface Row {
  readonly by: 'segment' | 'percent'
  readonly segment?: string
  readonly percent?: number
  readonly title?: string
}

export const bySegment = (segment: string, title = ''): Row => ({
  by: 'segment',
  segment,
  percent: 50,
  title,
})

export const byPercent = (percent: number, title = ''): Row => ({
  by: 'percent',
  segment: '',
  percent,
  title,
})

/** What a test sets on the split node. */
export type SplitSetting = Readonly<Record<string, unknown>> & { readonly branches: readonly Row[] }

/** The end of a wire, by the output that it begins at. */
export const sink = (output: number, tab = ''): string => `out ${output}${tab}`

/** Where Catch nodes send what failed. */
export const caught = (tab = ''): string => `caught${tab}`

/** The node of the service, as the editor writes it down when it deploys it. */
export const serviceNode = ({ url, key }: Service, more: object = {}): NodeJson => ({
  id: 'service',
  type: 'segmentry-service',
  name: '',
  url,
  timeout: 10,
  credentials: { key },
  ...more,
})

/** The split node as the editor writes it down, with an output for each branch, and for everyone else. */
export const splitNode = (setting: SplitSetting, more: object = {}): NodeJson => ({
  id: 'split',
  type: 'segmentry-split',
  z: 'tab',
  name: '',
  service: 'service',
  property: 'payload.id',
  otherwise: 'Everyone else',
  missing: 'otherwise',
  missingBranch: 'Not found',
  salt: '',
  decision: '',
  explain: 'all',
  at: '',
  wait: 5,
  most: 1_000,
  outputs: setting.branches.length + 1,
  x: 300,
  y: 100,
  wires: [],
  ...setting,
  ...more,
})

const passing = (id: string, z: string, y: number): NodeJson => ({
  id,
  type: 'change',
  z,
  name: id,
  rules: [],
  x: 600,
  y,
  wires: [[]],
})

/** A tab: a split, something at the end of each wire, and a Catch node with something behind it. */
export function splitTab(setting: SplitSetting, tab = ''): NodeJson[] {
  const z = `tab${tab}`
  const split = splitNode(setting, { id: `split${tab}`, z })
  const ends = Array.from({ length: Number(split['outputs']) }, (_, i) => sink(i, tab))
  return [
    { id: z, type: 'tab', label: z },
    { ...split, wires: ends.map((end) => [end]) },
    ...ends.map((end, i) => passing(end, z, 60 + i * 60)),
    {
      id: `catch${tab}`,
      type: 'catch',
      z,
      scope: null,
      uncaught: false,
      x: 300,
      y: 300,
      wires: [[caught(tab)]],
    },
    passing(caught(tab), z, 300),
  ]
}

/** A message about each person. */
export const about = (...ids: readonly unknown[]): { readonly payload: { readonly id: unknown } }[] =>
  ids.map((id) => ({ payload: { id } }))

/** The ids in messages. */
export const ids = (messages: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
  messages.map(({ payload }) => (payload as { readonly id: unknown }).id)
