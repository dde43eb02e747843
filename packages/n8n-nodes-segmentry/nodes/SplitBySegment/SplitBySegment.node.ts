import {
  type IExecuteFunctions,
  type ILoadOptionsFunctions,
  type INodeExecutionData,
  type INodePropertyOptions,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from 'n8n-workflow'
import { segmentOptions } from '../service'
import { type OutputForm, outputsOf } from './outputs'
import { peopleOf } from './people'
import { readSplit } from './plan'
import { properties } from './properties'
import { route } from './route'

/** Sends each item to the output of the branch that its person takes. */
export class SplitBySegment implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Split by Segment',
    name: 'splitBySegment',
    icon: { light: 'file:../../icons/segmentry.svg', dark: 'file:../../icons/segmentry.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ ($parameter.branches.branch || []).map((b) => b.title || b.segment || b.percent + " %").join(", ") }}',
    description: 'Sends each person down one branch by segment, and everyone else out of output 0',
    defaults: { name: 'Split by Segment' },
    inputs: [NodeConnectionTypes.Main],
    outputs: `={{(${outputsOf.toString()})($parameter)}}`,
    // A tool has one answer, and this node has outputs.
    usableAsTool: undefined,
    credentials: [{ name: 'segmentryApi', required: true }],
    properties,
  }

  methods = {
    loadOptions: {
      getSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return segmentOptions(this)
      },

      async getOutputs(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        const form = (this.getCurrentNodeParameters() ?? {}) as OutputForm
        const outputs = outputsOf(form).slice(1)
        const used = outputs.map(({ displayName }, i) => ({
          name: `${i + 1} (${displayName})`,
          value: i + 1,
        }))
        return [...used, { name: `${used.length + 1} (New)`, value: used.length + 1 }]
      },
    },
  }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const items = this.getInputData()
    const split = readSplit(this)
    return await route(this, items, split, peopleOf(this, items))
  }
}
