export * from './blocks/index.ts'
export * from './builder/index.ts'
export * from './code/index.ts'
export * from './definition/index.ts'
export * from './errors.ts'
export * from './evaluate/index.ts'
export * from './evaluator/index.ts'
export * from './explain/index.ts'
export * from './describe/index.ts'
export * from './predicate/index.ts'
export * from './proof/index.ts'
export * from './schema/index.ts'
export { nameText, nearest, shown, unknownKey, type UnknownKey, unknownName } from './suggest.ts'
export type { Key } from './predicate/names.ts'
export { emailDomain } from './text/email.ts'
export {
  foldAscii,
  foldPattern,
  matchesPattern,
  parsePattern,
  type Pattern,
  type PatternFault,
  patternRegex,
} from './text/pattern.ts'
export { type Circle, circleOf, halfDegree, leastDegrees, sineFactors } from './place/distance.ts'
export { versionKey } from './text/version.ts'
export { isBlankText, whiteSpace } from './text/white-space.ts'
export { dayOfText, dayText } from './time/calendar.ts'
export { localMs, type ZoneTable, zoneTable } from './time/zone.ts'
