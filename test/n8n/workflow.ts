import type { IConnections, IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow'
import type { WorkflowJson } from './harness.ts'

/** A row of the form: its branch, and the output that it leaves by. */
export type Row = INodeParameters & { readonly output: number | '' }

export const bySegment = (segment: string, output: number | '', title = ''): Row => ({
  by: 'segment',
  segment,
  output,
  title,
})

export const byPercent = (percent: number, output: number, title = ''): Row => ({
  by: 'percent',
  percent,
  output,
  title,
})

/** Where everyone else goes, and the others by their outputs. */
export const sink = (output: number): string => `out ${output}`

/** What a test sets on the split node. */
export interface SplitSetting {
  readonly rows: readonly Row[]
  readonly parameters?: INodeParameters
  readonly node?: Partial<INode>
  /** How many outputs have a wire; five unless told. */
  readonly wires?: number
}

const at = { typeVersion: 1, position: [0, 0] as [number, number] }

/** The split node as the editor would write it down. */
export const splitNode = ({ rows, parameters, node }: SplitSetting): INode => ({
  id: 'split',
  name: 'Split',
  type: 'n8n-nodes-segmentry.splitBySegment',
  ...at,
  credentials: { segmentryApi: { id: '1', name: 'segments' } },
  ...node,
  parameters: {
    personId: 'id',
    branches: { branch: rows.map((row) => ({ ...row })) },
    otherwise: 'Everyone else',
    salt: '',
    missing: 'otherwise',
    options: {},
    ...parameters,
  },
})

/** A workflow of three: what starts it has the items pinned, the split, and something at the end of each wire. */
export function splitWorkflow(items: readonly INodeExecutionData[], setting: SplitSetting): WorkflowJson {
  const { wires = 5 } = setting
  const ends = Array.from({ length: wires }, (_, i) => sink(i))
  const wire = (node: string) => [{ node, type: 'main' as const, index: 0 }]
  const connections: IConnections = {
    Start: { main: [wire('Split')] },
    Split: { main: ends.map(wire) },
  }
  const plain = { ...at, parameters: {} }
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', ...plain },
      splitNode(setting),
      ...ends.map((name) => ({ id: name, name, type: 'n8n-nodes-base.noOp', ...plain })),
    ],
    connections,
    pinData: { Start: [...items] },
  }
}

export const items = (...ids: readonly unknown[]): INodeExecutionData[] =>
  ids.map((id) => ({ json: { id } as IDataObject }))

/** The ids of items. */
export const ids = (of: readonly INodeExecutionData[]): readonly unknown[] => of.map(({ json }) => json['id'])
