/** An output as the editor draws it. */
interface Output {
  type: 'main'
  displayName: string
}

/** What the form says of outputs, as far as it is filled in. */
export interface OutputForm {
  branches?: {
    branch?: { by?: string; percent?: number; segment?: string; title?: string; output?: unknown }[]
  }
  otherwise?: string
  missing?: string
  missingOutput?: unknown
}

/**
 * The outputs of the node, in the order of their numbers: 0 is everyone else, and a branch has the number that its row says.
 *
 * n8n keeps the text of this function and evaluates it in the editor and in the engine: it uses nothing from outside
 * itself, and takes what a half-filled form holds.
 */
export function outputsOf({ branches, otherwise, missing, missingOutput }: OutputForm): Output[] {
  const most = 50
  const names: string[] = []
  const put = (output: unknown, name: string): void => {
    const number = Number(output)
    if (!Number.isInteger(number) || number < 1 || number > most) return
    names[number] = names[number] === undefined ? name : `${names[number]} / ${name}`
  }

  for (const { by, percent, segment, title, output } of branches?.branch ?? []) {
    put(output, title || (by === 'percent' ? `${percent} %` : segment) || 'Branch')
  }
  if (missing === 'output') put(missingOutput, 'Not found')
  names[0] = otherwise || 'Everyone else'
  return Array.from(names, (name) => ({ type: 'main', displayName: name ?? 'Not used' }))
}
