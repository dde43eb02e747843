import { createRequire } from 'node:module'
import type * as Core from 'n8n-core'
import type {
  IConnections,
  ICredentialsHelper,
  IDataObject,
  ILoadOptionsFunctions,
  INode,
  INodeExecutionData,
  INodePropertyOptions,
  INodeType,
  INodeTypes,
  IPinData,
  IRun,
  IWorkflowExecuteAdditionalData,
  Workflow as Flow,
} from 'n8n-workflow'
import type { Service } from '../setup/service.ts'
import { packed } from './pack.ts'

// The real engine and the real loader of n8n. What only a whole n8n has, stored credentials and the nodes of
// n8n-nodes-base, is stood in for: a credential is what the test says, and those nodes pass on what they get.

// As n8n loads them, so that the engine and the nodes have one n8n-workflow between them.
const require = createRequire(import.meta.url)
const { ExecutionLifecycleHooks, LoadOptionsContext, PackageDirectoryLoader, WorkflowExecute } =
  require('n8n-core') as typeof Core
const { Workflow } = require('n8n-workflow') as { Workflow: typeof Flow }

/** A workflow as n8n exports it, as far as the engine reads it. */
export interface WorkflowJson {
  readonly name?: string
  readonly nodes: readonly INode[]
  readonly connections: IConnections
  readonly pinData?: IPinData
  readonly settings?: IDataObject
}

const loader = new PackageDirectoryLoader(packed)
await loader.loadAll()

const passing = (
  displayName: string,
  name: string,
  inputs: INodeType['description']['inputs'],
): INodeType => ({
  description: {
    displayName,
    name,
    group: ['transform'],
    version: 1,
    description: 'Passes on what it gets',
    defaults: { name: displayName },
    inputs,
    outputs: ['main'],
    properties: [],
  },
  async execute() {
    return [this.getInputData()]
  },
})

const standIns: Readonly<Record<string, INodeType>> = {
  'n8n-nodes-base.manualTrigger': passing('Manual Trigger', 'manualTrigger', []),
  'n8n-nodes-base.noOp': passing('No Operation', 'noOp', ['main']),
}

export function nodeType(type: string): INodeType {
  const [packageName, name] = type.split('.')
  return packageName === loader.packageName ? (loader.getNode(name!).type as INodeType) : standIns[type]!
}

export const nodeTypes: INodeTypes = {
  getByName: nodeType,
  getByNameAndVersion: nodeType,
  getKnownTypes: () => ({}),
}

/** The description of a node of the package, as n8n has loaded it. */
export const describedNode = (name: string): INodeType['description'] =>
  nodeType(`n8n-nodes-segmentry.${name}`).description

/** What n8n's own helper does for a generic credential such as ours. */
const credentialsOf = ({ url, key }: Service): ICredentialsHelper =>
  ({
    isCredentialUsableByNode: () => true,
    getParentTypes: () => [],
    preAuthentication: async () => undefined,
    getDecrypted: async () => ({ baseUrl: url, apiKey: key }),
    authenticate: async (_: unknown, type: string, options: { headers?: IDataObject }) => {
      const { authenticate } = loader.getCredential(type).type
      if (typeof authenticate !== 'object') throw new Error(`${type} does not say how it authenticates`)
      const headers = Object.entries(authenticate.properties.headers as Record<string, string>).map(
        ([name, value]) => [name, value.replace(/^=/, '').replace('{{$credentials.apiKey}}', key)],
      )
      return { ...options, headers: { ...options.headers, ...Object.fromEntries(headers) } }
    },
  }) as unknown as ICredentialsHelper

/** What a node has around it: the credentials, and where n8n is. */
export function surroundings(json: WorkflowJson, service: Service): IWorkflowExecuteAdditionalData {
  const data = { id: '1', active: false, isArchived: false, createdAt: new Date(0), updatedAt: new Date(0) }
  const whole = { ...data, ...structuredClone(json), name: json.name ?? 'test' }
  const anywhere = 'http://localhost/'
  return {
    credentialsHelper: credentialsOf(service),
    hooks: new ExecutionLifecycleHooks('cli', '1', whole as never),
    executionId: '1',
    restApiUrl: anywhere,
    instanceBaseUrl: anywhere,
    webhookBaseUrl: anywhere,
    webhookTestBaseUrl: anywhere,
    webhookWaitingBaseUrl: anywhere,
    formWaitingBaseUrl: anywhere,
    currentNodeExecutionIndex: 0,
    variables: {},
  } as unknown as IWorkflowExecuteAdditionalData
}

const workflowOf = (json: WorkflowJson): Flow =>
  new Workflow({
    ...structuredClone({ nodes: [...json.nodes], connections: json.connections }),
    id: '1',
    active: false,
    nodeTypes,
    settings: { executionOrder: 'v1', ...json.settings },
  })

/** What came of a run. */
export interface Outcome {
  readonly run: IRun
  /** The items that a node gave, by its outputs. */
  readonly outputs: (node: string) => readonly (readonly INodeExecutionData[])[]
  /** The items that reached a node; none when it did not run. */
  readonly reached: (node: string) => readonly INodeExecutionData[]
  /** How often a parameter was evaluated. */
  readonly evaluations: number
  readonly error: (Error & { readonly description?: string; readonly context?: IDataObject }) | undefined
}

/** Runs a workflow from its trigger, whose items are the pinned ones. */
export async function runWorkflow(
  json: WorkflowJson,
  service: Service,
  signal?: AbortSignal,
): Promise<Outcome> {
  const workflow = workflowOf(json)
  let evaluations = 0
  const evaluate = workflow.expression.getParameterValue.bind(workflow.expression)
  workflow.expression.getParameterValue = (...parameter) => {
    evaluations += 1
    return evaluate(...parameter)
  }
  await workflow.expression.acquireIsolate()
  try {
    const execute = new WorkflowExecute(surroundings(json, service), 'cli')
    const running = execute.run({ workflow, ...(json.pinData && { pinData: structuredClone(json.pinData) }) })
    if (signal?.aborted) running.cancel()
    signal?.addEventListener('abort', () => running.cancel())
    const run = await running
    const { runData, error } = run.data.resultData
    const outputs = (node: string) => (runData[node]?.[0]?.data?.['main'] ?? []).map((items) => items ?? [])
    return {
      run,
      evaluations,
      outputs,
      reached: (node) => (runData[node] ?? []).flatMap(({ data }) => data?.['main']?.[0] ?? []),
      error: error as Outcome['error'],
    }
  } finally {
    await workflow.expression.releaseIsolate()
  }
}

/** A workflow of one node. */
export const nodeWorkflow = (node: INode): Flow => workflowOf({ nodes: [node], connections: {} })

/** What a drop-down of a node offers. */
export async function loadOptions(
  node: INode,
  method: string,
  service: Service,
): Promise<readonly INodePropertyOptions[]> {
  const data = surroundings({ nodes: [node], connections: {} }, service)
  data.currentNodeParameters = node.parameters
  const context = new LoadOptionsContext(nodeWorkflow(node), node, data, '')
  const load = nodeType(node.type).methods?.loadOptions?.[method]
  if (load === undefined) throw new Error(`no drop-down ${method}`)
  return load.call(context as ILoadOptionsFunctions)
}
