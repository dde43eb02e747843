import type { INodeExecutionData, INodeProperties } from 'n8n-workflow'

/** One person entered or left, as the service tells it. */
export interface Transition {
  /** Names this movement for ever; one that is told twice has the same. */
  id: string
  subject: string
  at: string
}

/** Which movements a trigger is about. */
export interface Movement {
  segment: string
  event: 'entered' | 'left'
}

/** The form of both triggers. */
export const movementProperties: INodeProperties[] = [
  {
    displayName: 'Segment Name or ID',
    name: 'segment',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getSegments' },
    default: '',
    required: true,
    description:
      'The segment to watch. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'When a Person',
    name: 'event',
    type: 'options',
    options: [
      { name: 'Entered It', value: 'entered' },
      { name: 'Left It', value: 'left' },
    ],
    default: 'entered',
  },
]

/** An item for each movement, with the person's ID where "Split by Segment" looks for it. */
export const itemsOf = (transitions: Transition[], { segment, event }: Movement): INodeExecutionData[] =>
  transitions.map(({ id, subject, at }) => ({ json: { id: subject, segment, event, at, transition: id } }))
