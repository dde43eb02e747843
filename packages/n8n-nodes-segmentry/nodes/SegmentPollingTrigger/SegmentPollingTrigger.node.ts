import {
  type ILoadOptionsFunctions,
  type INodeExecutionData,
  type INodePropertyOptions,
  type INodeType,
  type INodeTypeDescription,
  type IPollFunctions,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { ask, segmentOptions } from '../service'
import { itemsOf, type Movement, movementProperties, type Transition } from '../transitions'

/** A page of movements, and where to go on. */
interface Page {
  transitions: Transition[]
  cursor: string
}

/** Where a node has read up to, and in which movements. */
interface Place extends Partial<Movement> {
  cursor?: string
}

/** How many movements are asked for at once, and how many pages one look reads: the rest is left to the next. */
const limit = 500
const mostPages = 20

/** Starts the workflow with those who entered or left a segment since the last look. */
export class SegmentPollingTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Segment Polling Trigger',
    name: 'segmentPollingTrigger',
    icon: { light: 'file:../../icons/segmentry.svg', dark: 'file:../../icons/segmentry.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter.event + " " + $parameter.segment }}',
    description:
      'Looks now and then for people who entered or left a segment: where n8n cannot be called from outside',
    defaults: { name: 'Segment Polling Trigger' },
    polling: true,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'segmentryApi', required: true }],
    properties: movementProperties,
  }

  methods = {
    loadOptions: {
      getSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return segmentOptions(this)
      },
    },
  }

  async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
    const movement: Movement = {
      segment: this.getNodeParameter('segment') as string,
      event: this.getNodeParameter('event') as Movement['event'],
    }
    const place = this.getWorkflowStaticData('node') as Place
    // A place in the movements of another segment says nothing about this one: it is watched from now on.
    const isSame = place.segment === movement.segment && place.event === movement.event
    let cursor = isSame ? place.cursor : undefined
    const found: Transition[] = []
    for (let page = 0; page < mostPages; page += 1) {
      const next = await read(this, movement, cursor)
      found.push(...next.transitions)
      cursor = next.cursor
      if (next.transitions.length < limit) break
    }
    // Written down when all of it is here: a look that fails in between is taken again from its beginning.
    Object.assign(place, movement, { cursor })
    return found.length > 0 ? [itemsOf(found, movement)] : null
  }
}

function read(node: IPollFunctions, { segment, event }: Movement, after: string | undefined): Promise<Page> {
  const query = [`event=${event}`, `limit=${limit}`]
  if (after !== undefined) query.push(`after=${encodeURIComponent(after)}`)
  return ask<Page>(node, 'GET', `/segments/${encodeURIComponent(segment)}/transitions?${query.join('&')}`)
}
