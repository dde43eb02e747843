export { bucketOf } from './bucket.ts'
export { checkedRule, type CompiledSegment, compileSegment } from './compile.ts'
export { AccountPeopleError, PersonError, SchemaMismatchError } from './errors.ts'
export { evaluate, evaluateAll, type PersonOptions } from './evaluate.ts'
export { type CompiledSegments, compileSegments, type SegmentsByKey } from './many.ts'
export { compileNextChange, nextChangeAt } from './next.ts'
export { compareText } from './order.ts'
export type { Account, EventRecord, GivenTag, Person } from './person.ts'
export {
  type EventLog,
  type PreparedAccount,
  type PreparedPerson,
  preparePerson,
  type Row,
  type Slot,
} from './prepare.ts'
export { type CheckedSet, checkedSet, checkedTop } from './set.ts'
export { anniversaryDays, type Range, windowDays, windowInstants } from './window.ts'
