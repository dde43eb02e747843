import {
  type IHookFunctions,
  type ILoadOptionsFunctions,
  type INodePropertyOptions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { ask, askIfThere, segmentOptions } from '../service'
import { itemsOf, type Movement, movementProperties, type Transition } from '../transitions'
import { isSigned, newSecret, type SignedHeaders } from './signature'

/** What the service has been asked to tell us. */
interface Subscription extends Movement {
  id: string
  url: string
}

/** What the node remembers of its subscription. */
interface Memory {
  id?: string
  secret?: string
}

/** What the service sends. */
interface Delivery extends Movement {
  transitions: Transition[]
}

/** Starts the workflow when people enter or leave a segment: the service tells it. */
export class SegmentTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Segment Trigger',
    name: 'segmentTrigger',
    icon: { light: 'file:../../icons/segmentry.svg', dark: 'file:../../icons/segmentry.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter.event + " " + $parameter.segment }}',
    description: 'Starts the workflow when people enter or leave a segment',
    defaults: { name: 'Segment Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'segmentryApi', required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'segment' }],
    properties: movementProperties,
  }

  methods = {
    loadOptions: {
      getSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return segmentOptions(this)
      },
    },
  }

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        const { id, secret } = memoryOf(this)
        if (id === undefined || secret === undefined) return false
        const there = await askIfThere<Subscription>(this, 'GET', pathOf(id))
        const wanted = subscriptionOf(this)
        return (
          there !== undefined &&
          there.url === wanted.url &&
          there.segment === wanted.segment &&
          there.event === wanted.event
        )
      },

      async create(this: IHookFunctions): Promise<boolean> {
        const secret = newSecret()
        const { id } = await ask<Subscription>(this, 'POST', '/subscriptions', {
          ...subscriptionOf(this),
          secret,
        })
        Object.assign(memoryOf(this), { id, secret })
        return true
      },

      async delete(this: IHookFunctions): Promise<boolean> {
        const memory = memoryOf(this)
        if (memory.id !== undefined) await askIfThere(this, 'DELETE', pathOf(memory.id))
        delete memory.id
        delete memory.secret
        return true
      },
    },
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const { secret } = memoryOf(this)
    const { rawBody } = this.getRequestObject()
    const headers = this.getHeaderData() as SignedHeaders
    if (
      secret === undefined ||
      !Buffer.isBuffer(rawBody) ||
      !isSigned(rawBody, headers, secret, Date.now())
    ) {
      return refuse(this, 401, 'The signature is not that of this subscription')
    }
    const { transitions, segment, event } = this.getBodyData() as unknown as Delivery
    if (!Array.isArray(transitions)) return refuse(this, 400, 'Found no transitions, expected a list of them')
    return { workflowData: [itemsOf(transitions, { segment, event })] }
  }
}

function refuse(node: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
  const response = node.getResponseObject()
  response.statusCode = status
  response.end(reason)
  return { noWebhookResponse: true }
}

const memoryOf = (node: IHookFunctions | IWebhookFunctions): Memory => node.getWorkflowStaticData('node')

const pathOf = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`

const subscriptionOf = (node: IHookFunctions): Omit<Subscription, 'id'> => ({
  url: node.getNodeWebhookUrl('default') as string,
  segment: node.getNodeParameter('segment') as string,
  event: node.getNodeParameter('event') as Movement['event'],
})
