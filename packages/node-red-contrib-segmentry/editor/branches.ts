/** A branch as its row of the form says it. */
export interface Branch {
  by: 'segment' | 'percent'
  segment: string
  percent: number | string
  title: string
}

/** What the form says of branches and outputs. */
export interface Division {
  branches: Branch[]
  otherwise: string
  missing: string
  missingBranch: string
  salt: string
}

export const branchName = ({ by, percent, segment, title }: Branch): string =>
  title || (by === 'percent' ? `${percent} %` : segment)

/** Whether people who are not found have an output of their own. */
export const hasOwnOutput = ({ branches, otherwise, missing, missingBranch }: Division): boolean =>
  missing === 'branch' && ![...branches.map(branchName), otherwise].includes(missingBranch)

/** What outputs are called, in their order. */
export const outputNames = (division: Division): string[] => [
  ...division.branches.map(branchName),
  division.otherwise,
  ...(hasOwnOutput(division) ? [division.missingBranch] : []),
]

/** A sentence of the page of words. */
export type Words = (key: string, values?: Readonly<Record<string, unknown>>) => string

/** What is still missing, as sentences; the service says the rest. */
export function problemsOf(division: Division, words: Words): string[] {
  const { branches, otherwise, missing, missingBranch, salt } = division
  const problems: string[] = []
  const say = (key: string, values: Readonly<Record<string, unknown>> = {}): void =>
    void problems.push(words(`problem.${key}`, values))

  if (branches.length === 0) say('noBranches')
  for (const [i, { by, segment, percent }] of branches.entries()) {
    const share = Number(percent)
    if (by === 'segment' && segment === '') say('noSegment', { branch: i + 1 })
    if (by === 'percent' && (percent === '' || !(share >= 0 && share <= 100)))
      say('noShare', { branch: i + 1 })
  }
  const names = [...branches.map(branchName), otherwise]
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) < i)
  if (twice !== undefined) say('twice', { name: twice })
  if (otherwise === '') say('noOtherwise')
  if (missing === 'branch' && missingBranch === '') say('noMissingBranch')
  if (salt === '' && branches.some(({ by }) => by === 'percent')) say('noSalt')
  return problems
}
