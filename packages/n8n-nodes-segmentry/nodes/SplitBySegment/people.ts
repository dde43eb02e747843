import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow'

/** An item with the person whom it is about. */
export interface Subject {
  item: number
  id: string
}

/** The people whom items are about, and what is wrong with the items that are about nobody. */
export interface People {
  subjects: Subject[]
  errors: ReadonlyMap<number, NodeOperationError>
}

/**
 * Reads the ID of each item's person.
 *
 * The parameter is the name of a field, which costs nothing to read; only one that was written as an expression is
 * evaluated, because n8n takes milliseconds for each item.
 */
export function peopleOf(node: IExecuteFunctions, items: INodeExecutionData[]): People {
  const written = node.getNode().parameters.personId as string
  const path = written.split('.')
  const read = written.startsWith('=')
    ? (i: number): unknown => node.getNodeParameter('personId', i)
    : (i: number): unknown => valueAt(items[i]!.json, written, path)

  const subjects: Subject[] = []
  const errors = new Map<number, NodeOperationError>()
  for (const i of items.keys()) {
    const id = read(i)
    if (typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id))) {
      subjects.push({ item: i, id: String(id) })
    } else {
      errors.set(i, noPerson(node, i, written, id))
    }
  }
  return { subjects, errors }
}

/** A field by its name, or by the names on the way to it. */
function valueAt(json: object, name: string, path: string[]): unknown {
  if (Object.hasOwn(json, name)) return (json as Record<string, unknown>)[name]
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    json,
  )
}

function noPerson(
  node: IExecuteFunctions,
  itemIndex: number,
  written: string,
  found: unknown,
): NodeOperationError {
  const where = written.startsWith('=') ? 'from the expression' : `in the field '${written}'`
  const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80)
  return new NodeOperationError(
    node.getNode(),
    `Item ${itemIndex} is about nobody: found ${shown} ${where}, expected the ID of a person`,
    { itemIndex, description: 'IDs are text or numbers' },
  )
}
