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
  'definition/unsuitable': { severity: 'error', title: 'A segment does not suit the schema' },
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
  'source/table': { severity: 'error', title: 'A table does not fit the source' },
  'source/column': { severity: 'error', title: 'A column does not fit the source' },
  'data/ill-typed': { severity: 'warning', title: 'Stored values are not of the type' },
  'data/choice-unknown': { severity: 'warning', title: 'Stored values are none of the choice' },
  'data/tag-unknown': { severity: 'warning', title: 'People have tags that the schema does not have' },
  'data/event-unknown': { severity: 'note', title: 'Events happen that the schema does not have' },
  'data/empty': { severity: 'note', title: 'A table has no rows' },
  'data/unset': { severity: 'note', title: 'Nothing is ever stored in a field' },
  'data/choice-unused': { severity: 'note', title: 'A choice has values that nothing has' },
  'data/tag-unused': { severity: 'note', title: 'No one has a tag' },
  'data/event-unused': { severity: 'note', title: 'An event never happened' },
  'data/unread': { severity: 'note', title: 'A table could not be looked at in time' },
  'cost/high': { severity: 'warning', title: 'A segment costs far more than the others' },
  'cost/index': { severity: 'warning', title: 'An index is missing' },
  'views/untried': { severity: 'note', title: 'Calendars of views could not be read' },
  'cost/untried': { severity: 'note', title: 'Indexes could not be tried' },
  'views/ended': { severity: 'error', title: 'Views of segments cannot answer any more' },
  'views/ending': { severity: 'warning', title: 'Views of segments can answer for less than a year' },
  'views/until': { severity: 'note', title: 'Up to when views of segments can answer' },
} as const satisfies Readonly<Record<string, CodeInfo>>

/** What was found. */
export type FindingCode = keyof typeof findingCodes

/** What something was found of. */
export type FindingSubject = 'segment' | 'split' | 'field' | 'tag' | 'event' | 'account' | 'table'

/** Something that was found: proven of a segment or a split without looking at people, or seen in a database. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly on: FindingSubject
  /** The key of the segment or the split, or the name of what else it is about. */
  readonly key: string
  /** The place in the definition or the plan, or in what is declared of an event or an account. */
  readonly path: readonly (string | number)[]
  /** In English, for people who read no code. */
  readonly message: string
  /** The keys of other segments it speaks of, or that look at what it is about. */
  readonly related?: readonly string[]
  /** The same members without what says nothing, where that is proven. */
  readonly fix?: Fix
  /** What to do about it: a sentence, or SQL. */
  readonly remedy?: string
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
