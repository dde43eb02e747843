import type { Definition } from '@segmentry/core'

/** How much a finding matters: an error is never meant, a warning most often is not, a note is worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

interface CodeInfo {
  readonly severity: Severity
  /** What it says, of any segment. */
  readonly title: string
}

/** The codes of findings: a family, and what was found. They stay what they are. */
export const findingCodes = {
  'never/segment': { severity: 'error', title: 'No one can ever be in the segment' },
  'never/group': { severity: 'warning', title: 'No one can ever match a group' },
  'never/filter': { severity: 'warning', title: 'No one can ever match a filter where it stands' },
  'always/segment': { severity: 'warning', title: 'Everybody is in the segment' },
  'always/filter': { severity: 'warning', title: 'A filter holds of everybody' },
  'redundant/filter': { severity: 'warning', title: 'A filter says nothing that others do not' },
  'redundant/group': { severity: 'warning', title: 'A group adds no one' },
  'redundant/exclusion': { severity: 'warning', title: 'An exclusion takes no one away' },
  'same/segment': { severity: 'warning', title: 'Two segments always have the same members' },
  'within/segment': { severity: 'note', title: 'All members of a segment are in another one' },
  'split/unreachable': { severity: 'error', title: 'No one can ever take a branch of a split' },
  'split/everyone': { severity: 'note', title: 'No one is left for the last branch of a split' },
} as const satisfies Readonly<Record<string, CodeInfo>>

/** What was found. */
export type FindingCode = keyof typeof findingCodes

/** Something that is proven of a segment, or of a split, without looking at people. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly on: 'segment' | 'split'
  /** The key of the segment or the split. */
  readonly key: string
  /** The place in the definition or the plan. */
  readonly path: readonly (string | number)[]
  /** In English, for people who read no code. */
  readonly message: string
  /** The keys of other segments it speaks of. */
  readonly related?: readonly string[]
  /** The same members without what says nothing, where that is proven. */
  readonly fix?: Fix
}

/** A definition that has the same members. */
export interface Fix {
  readonly definition: Definition
  /** It as TypeScript. */
  readonly code: string
}

/** A finding of a code, with its severity. */
export const found = <C extends FindingCode>(code: C, rest: Omit<Finding, 'code' | 'severity'>): Finding => ({
  code,
  severity: findingCodes[code].severity,
  ...rest,
})
