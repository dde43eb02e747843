import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type * as Core from 'n8n-core'
import type {
  IDataObject,
  IHookFunctions,
  INode,
  INodeExecutionData,
  INodeParameters,
  IPollFunctions,
  IWebhookData,
  IWebhookFunctions,
} from 'n8n-workflow'
import type { Service } from '../setup/service.ts'
import { nodeType, nodeWorkflow, surroundings } from './harness.ts'

// Triggers as n8n runs them: with its own contexts, and with what it remembers between calls.

const require = createRequire(import.meta.url)
const { HookContext, PollContext, TriggersAndPollers, WebhookContext } = require('n8n-core') as typeof Core

const triggerNode = (type: string, parameters: INodeParameters): INode => ({
  id: 'trigger',
  name: 'Trigger',
  type: `n8n-nodes-segmentry.${type}`,
  typeVersion: 1,
  position: [0, 0],
  webhookId: 'a-hook',
  credentials: { segmentryApi: { id: '1', name: 'segments' } },
  parameters,
})

/** A polling trigger, and each look that n8n takes with it. */
export interface Polling {
  readonly look: () => Promise<readonly IDataObject[] | null>
  readonly watch: (parameters: INodeParameters) => void
}

export function polling(service: Service, parameters: INodeParameters): Polling {
  const node = triggerNode('segmentPollingTrigger', parameters)
  const workflow = nodeWorkflow(node)
  const [held] = Object.values(workflow.nodes)
  return {
    look: async () => {
      const data = surroundings({ nodes: [node], connections: {} }, service)
      const context = new PollContext(workflow, held!, data, 'trigger', 'activate') as IPollFunctions
      const found = await new TriggersAndPollers().runPollFunction(workflow, held!, context)
      return found && found.flat().map(({ json }) => json)
    },
    watch: (other) => Object.assign(held!.parameters, other),
  }
}

/** A trigger that is called, on an n8n that listens. */
export interface Listening {
  readonly url: string
  readonly checkExists: () => Promise<boolean>
  readonly create: () => Promise<boolean>
  readonly delete: () => Promise<boolean>
  /** The items of each workflow that was started. */
  readonly started: readonly (readonly INodeExecutionData[])[]
  /** What the node remembers. */
  readonly memory: IDataObject
  readonly watch: (parameters: INodeParameters) => void
  [Symbol.asyncDispose](): Promise<void>
}

export async function listening(service: Service, parameters: INodeParameters): Promise<Listening> {
  const node = triggerNode('segmentTrigger', parameters)
  const workflow = nodeWorkflow(node)
  const [held] = Object.values(workflow.nodes)
  const type = nodeType(node.type)
  const [webhookDescription] = type.description.webhooks!
  const started: (readonly INodeExecutionData[])[] = []

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const rawBody = await buffer(request)
    const body: unknown = JSON.parse(rawBody.toString())
    const read = Object.assign(request, { rawBody, body, params: {}, query: {} })
    const data = { ...around(), httpRequest: read as never, httpResponse: response as never }
    const hook = { webhookDescription } as IWebhookData
    const context = new WebhookContext(workflow, held!, data, 'webhook', hook, [], null)
    const { workflowData, noWebhookResponse } = await type.webhook!.call(context as IWebhookFunctions)
    if (workflowData) started.push(...workflowData)
    if (!noWebhookResponse) response.end('{"message":"Workflow was started"}')
  }
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const around = () => ({
    ...surroundings({ nodes: [node], connections: {} }, service),
    webhookBaseUrl: `${base}/webhook`,
  })
  const call = (method: 'checkExists' | 'create' | 'delete') => () => {
    const context = new HookContext(workflow, held!, around(), 'trigger', 'activate') as IHookFunctions
    const setUp = type.webhookMethods?.['default']?.[method]
    if (setUp === undefined) throw new Error(`the trigger has no ${method}`)
    return setUp.call(context)
  }
  return {
    url: base,
    checkExists: call('checkExists'),
    create: call('create'),
    delete: call('delete'),
    started,
    memory: workflow.getStaticData('node', held),
    watch: (other) => Object.assign(held!.parameters, other),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
