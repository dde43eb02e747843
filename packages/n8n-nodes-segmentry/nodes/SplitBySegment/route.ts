import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type NodeApiError,
  NodeOperationError,
} from 'n8n-workflow'
import { ask } from '../service'
import type { People } from './people'
import type { Split } from './plan'

/** What the service decides for a person. */
interface Decision extends IDataObject {
  subject: string
  branch: string
  reason: 'segment' | 'percent' | 'otherwise' | 'not-found'
  at: string
}

type Failure = NodeApiError | NodeOperationError

/**
 * Puts each item in the output of its branch.
 *
 * A failure is never a branch: items that failed go to the error output where the node has one, and stop the node
 * where it has none.
 */
export async function route(
  node: IExecuteFunctions,
  items: INodeExecutionData[],
  split: Split,
  { subjects, errors }: People,
): Promise<INodeExecutionData[][]> {
  const hasErrorOutput = node.getNode().onError === 'continueErrorOutput'
  const outputs = Array.from({ length: split.size }, (): INodeExecutionData[] => [])

  const put = (output: number, i: number, more: IDataObject = {}): void => {
    const { json, binary } = items[i]!
    outputs[output]!.push({ json: { ...json, ...more }, ...(binary && { binary }), pairedItem: { item: i } })
  }
  const fail = (i: number, error: Failure): void => {
    if (!hasErrorOutput) throw error
    // An item with nothing but an error is what n8n moves to the error output, with the data of the item that it is
    // paired with. With more beside the error it would stay here; with `error` on the item itself n8n drops the data.
    const { binary } = items[i]!
    outputs[0]!.push({ json: { error: error.message }, ...(binary && { binary }), pairedItem: { item: i } })
  }

  for (const [i, error] of errors) fail(i, error)

  let decisions: Decision[]
  try {
    decisions = await decide(
      node,
      split,
      subjects.map(({ id }) => id),
    )
  } catch (error) {
    for (const { item } of subjects) fail(item, error as Failure)
    return outputs
  }
  for (const [i, { item, id }] of subjects.entries()) {
    const decision = decisions[i]!
    const output = decision.reason === 'not-found' ? split.missing : split.outputs.get(decision.branch)
    if (output === undefined) fail(item, notFound(node, item, id))
    else put(output, item, split.decisionField ? { [split.decisionField]: decision } : {})
  }
  return outputs
}

/** As many people as a service takes in one request. */
const most = 10_000

/** A decision for each ID, in their order and at one instant: in one request, up to as many as a service takes. */
async function decide(node: IExecuteFunctions, { plan, outputs }: Split, ids: string[]): Promise<Decision[]> {
  const decided: Decision[] = []
  while (decided.length < ids.length) {
    const subjects = ids.slice(decided.length, decided.length + most)
    const at = decided[0]?.at
    const request = { ...plan, ...(at && { at }), subjects }
    const { decisions } = await ask<{ decisions?: Decision[] }>(node, 'POST', '/split', request)
    const fits = ({ subject, branch, reason }: Decision, i: number): boolean =>
      subject === subjects[i] && (reason === 'not-found' || outputs.has(branch))
    if (decisions?.length !== subjects.length || !decisions.every(fits))
      throw notDecided(node, subjects.length)
    decided.push(...decisions)
  }
  return decided
}

const notDecided = (node: IExecuteFunctions, people: number): NodeOperationError =>
  new NodeOperationError(
    node.getNode(),
    `The segment service did not decide for each of ${people} people as it was asked`,
    {
      description:
        'Nobody was routed: look at the base URL of the credentials, and at the version of the service',
    },
  )

function notFound(node: IExecuteFunctions, itemIndex: number, id: string): NodeOperationError {
  const message = `The segment service does not know the person '${id}' of item ${itemIndex}`
  const description = "Choose where such people go under 'People Not Found'"
  const error = new NodeOperationError(node.getNode(), message, { itemIndex, description })
  Object.assign(error.context, { code: 'person-not-found', retryable: false })
  return error
}
