import { isObject } from './ask.ts'
import { SegmentryError } from './error.ts'

/** A branch as its row of the form says it. */
export interface Row {
  by: 'segment' | 'percent'
  segment?: string
  percent?: number | string
  title?: string
}

/** The form of the node, as the flow keeps it. */
export interface SplitForm {
  service: string
  property: string
  branches: Row[]
  otherwise: string
  missing: 'otherwise' | 'branch' | 'error'
  missingBranch: string
  salt: string
  decision: string
  explain: 'first' | 'all'
  at: string
  wait: number | string
  most: number | string
  outputs: number
}

/** What the service is asked with, but for whom. */
export interface Plan {
  branches: ({ key: string; when: string } | { key: string; percent: number })[]
  otherwise: string
  missing?: { branch: string }
  salt?: string
  at?: string
  explain?: 'first' | 'all'
}

/** The form, read. */
export interface Split {
  plan: Plan
  /** The output of each branch: in their order, then everyone else, then people not found where they have one of their own. */
  outputs: ReadonlyMap<string, number>
  /** The output of people whom the service does not know; none where they are an error. */
  missing: number | undefined
}

const nameOf = ({ by, percent, segment, title }: Row): string =>
  title || (by === 'percent' ? `${percent} %` : (segment ?? ''))

/** Reads the form. What the plan means, and whether it can be followed, the service says. */
export function readSplit(form: SplitForm): Split {
  if (!isWhole(form)) throw wrongForm('found a node that lacks something, as in a flow written by hand')
  const { branches: rows, otherwise, missing, missingBranch, salt, at, explain } = form
  const names = [...rows.map(nameOf), otherwise]
  if (missing === 'branch' && !names.includes(missingBranch)) names.push(missingBranch)
  // Whoever leaves by an output that the editor has not drawn is lost without a word.
  if (form.outputs !== names.length) {
    throw wrongForm(`found ${form.outputs} outputs for ${names.length} branches`)
  }
  const plan: Plan = {
    branches: rows.map((row) =>
      row.by === 'percent'
        ? { key: nameOf(row), percent: Number(row.percent) }
        : { key: nameOf(row), when: row.segment ?? '' },
    ),
    otherwise,
    ...(missing === 'branch' && { missing: { branch: missingBranch } }),
    ...(salt && { salt }),
    ...(at && { at }),
    ...(explain === 'first' && { explain }),
  }
  const outputs = new Map<string, number>()
  for (const [i, name] of names.entries()) if (!outputs.has(name)) outputs.set(name, i)
  return {
    plan,
    outputs,
    missing: missing === 'error' ? undefined : outputs.get(missing === 'branch' ? missingBranch : otherwise),
  }
}

const isWhole = ({ property, branches, otherwise }: Partial<SplitForm>): boolean =>
  typeof property === 'string' &&
  typeof otherwise === 'string' &&
  Array.isArray(branches) &&
  branches.every(isObject)

const wrongForm = (found: string): SegmentryError =>
  new SegmentryError('not-configured', `${found}: open it, and press Done`)
