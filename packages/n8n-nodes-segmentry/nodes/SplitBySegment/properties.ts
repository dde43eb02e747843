import type { INodeProperties } from 'n8n-workflow'

const branchFields: INodeProperties[] = [
  {
    displayName: 'By',
    name: 'by',
    type: 'options',
    options: [
      { name: 'Segment', value: 'segment', description: 'The members of a segment' },
      { name: 'Percent', value: 'percent', description: 'A share of those whom no segment before it took' },
    ],
    default: 'segment',
  },
  {
    displayName: 'Percent',
    name: 'percent',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 2 },
    default: 50,
    description: 'The share of those whom no segment before it took, drawn by the salt',
    displayOptions: { show: { by: ['percent'] } },
  },
  {
    displayName: 'Segment Name or ID',
    name: 'segment',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getSegments' },
    default: '',
    required: true,
    description:
      'The segment whose members take this branch. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    displayOptions: { show: { by: ['segment'] } },
  },
  {
    displayName: 'Title',
    name: 'title',
    type: 'string',
    default: '',
    placeholder: 'e.g. VIP',
    description: 'What the branch is called; the segment or the share unless told',
  },
  {
    displayName: 'To Output Name or ID',
    name: 'output',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getOutputs', loadOptionsDependsOn: ['branches', 'missingOutput'] },
    default: '',
    required: true,
    description:
      'The output that its people leave by. It stays when branches are added, removed or put in another order, and so do its wires. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
]

const options: INodeProperties[] = [
  {
    displayName: 'Clock',
    name: 'at',
    type: 'string',
    default: '',
    placeholder: 'e.g. 2026-11-24T09:30:00Z',
    description: "The instant to decide at; the service's own clock unless told",
  },
  {
    displayName: 'Decision Field',
    name: 'decisionField',
    type: 'string',
    default: '',
    placeholder: 'e.g. decision',
    description: 'A field to put each decision in, with its reason; nothing is added unless told',
  },
  {
    displayName: 'Explain',
    name: 'explain',
    type: 'options',
    options: [
      { name: 'Every Branch That Fitted', value: 'all' },
      { name: 'Only the Branch Taken', value: 'first' },
    ],
    default: 'all',
    description: 'What decisions name as matched',
  },
  {
    displayName: 'Timeout',
    name: 'timeout',
    type: 'string',
    default: '',
    placeholder: 'e.g. 5 seconds',
    description: 'How long the answer may take',
  },
]

/** The form of the node. */
export const properties: INodeProperties[] = [
  {
    displayName: 'Person ID Field',
    name: 'personId',
    type: 'string',
    default: 'id',
    required: true,
    requiresDataPath: 'single',
    placeholder: 'e.g. customer.number',
    description:
      'The field that holds the ID of the person. An expression gives the ID itself, and takes long for many items.',
    hint: 'The name of the field, such as id, or customer.id for one inside another',
  },
  {
    displayName: 'Branches',
    name: 'branches',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    placeholder: 'Add Branch',
    default: {},
    description: 'In order: a person takes the first branch that fits',
    options: [{ name: 'branch', displayName: 'Branch', values: branchFields }],
  },
  {
    displayName: 'Everyone Else',
    name: 'otherwise',
    type: 'string',
    default: 'Everyone else',
    required: true,
    description: 'What output 0 is called: it takes everybody whom no branch fits',
  },
  {
    displayName: 'Salt',
    name: 'salt',
    type: 'string',
    default: '',
    placeholder: 'e.g. welcome-2026',
    description:
      'What percent branches are drawn by; needed where there is one. Another salt is another draw.',
  },
  {
    displayName: 'People Not Found',
    name: 'missing',
    type: 'options',
    options: [
      { name: 'Go with Everyone Else', value: 'otherwise' },
      { name: 'Have an Output', value: 'output' },
      { name: 'Are an Error', value: 'error' },
    ],
    default: 'otherwise',
    description: 'Where an item goes whose person the service does not know',
  },
  {
    displayName: 'Their Output Name or ID',
    name: 'missingOutput',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getOutputs', loadOptionsDependsOn: ['branches', 'missingOutput'] },
    default: '',
    required: true,
    description:
      'A free output, or that of a branch. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    displayOptions: { show: { missing: ['output'] } },
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options,
  },
]
