import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow'

/** A branch as its row of the form says it. */
interface Row {
  by: 'segment' | 'percent'
  percent?: number
  segment?: string
  title?: string
  output?: number | string
}

interface Options {
  at?: string
  decisionField?: string
  explain?: 'first' | 'all'
  timeout?: string
}

/** What the service is asked with, but for whom. */
interface Plan {
  branches: ({ key: string; when: string } | { key: string; percent: number })[]
  otherwise: string
  missing?: { branch: string }
  salt?: string
  at?: string
  explain?: 'first' | 'all'
  timeout?: string
}

/** The form of the node, read and checked. */
export interface Split {
  plan: Plan
  /** How many outputs there are. */
  size: number
  /** The output of each branch. */
  outputs: ReadonlyMap<string, number>
  /** The output of people whom the service does not know; none where they are an error. */
  missing: number | undefined
  /** Where decisions are put in items. */
  decisionField: string
}

/** Reads the form, once for all items. */
export function readSplit(node: IExecuteFunctions): Split {
  const rows = node.getNodeParameter('branches.branch', 0, []) as Row[]
  const otherwise = node.getNodeParameter('otherwise', 0) as string
  const salt = node.getNodeParameter('salt', 0) as string
  const missing = node.getNodeParameter('missing', 0) as 'otherwise' | 'output' | 'error'
  const { at, explain, timeout, decisionField = '' } = node.getNodeParameter('options', 0, {}) as Options

  const keys = rows.map(keyOf)
  const numbers = rows.map((row, i) => numberOf(node, row.output, `the branch '${keys[i]}'`))
  for (const [i, number] of numbers.entries()) {
    const first = numbers.indexOf(number)
    if (first < i) {
      throw wrongForm(node, `Output ${number} is that of two branches, '${keys[first]}' and '${keys[i]}'`)
    }
  }
  const outputs = new Map<string, number>([[otherwise, 0]])
  for (const [i, key] of keys.entries()) outputs.set(key, numbers[i]!)

  const missingOutput =
    missing === 'output'
      ? numberOf(node, node.getNodeParameter('missingOutput', 0) as number, 'the branch of people not found')
      : 0
  const shared = numbers.indexOf(missingOutput)
  return {
    plan: {
      branches: rows.map((row, i) =>
        row.by === 'percent'
          ? { key: keys[i]!, percent: Number(row.percent) }
          : { key: keys[i]!, when: String(row.segment) },
      ),
      otherwise,
      ...(missing === 'output' && { missing: { branch: keys[shared] ?? 'Not found' } }),
      ...(salt && { salt }),
      ...(at && { at }),
      ...(explain && { explain }),
      ...(timeout && { timeout }),
    },
    size: 1 + Math.max(0, missingOutput, ...numbers),
    outputs,
    missing: missing === 'error' ? undefined : missingOutput,
    decisionField,
  }
}

const keyOf = ({ by, percent, segment, title }: Row): string =>
  title || (by === 'percent' ? `${percent} %` : String(segment))

function numberOf(node: IExecuteFunctions, output: number | string | undefined, whose: string): number {
  const number = Number(output)
  if (Number.isInteger(number) && number >= 1 && number <= 50) return number
  throw wrongForm(
    node,
    `Found ${JSON.stringify(output)} as the output of ${whose}, expected a number from 1 to 50`,
  )
}

const wrongForm = (node: IExecuteFunctions, message: string): NodeOperationError =>
  new NodeOperationError(node.getNode(), message, {
    description: 'Choose an output that is free: each branch keeps its own, so that its wires stay',
  })
