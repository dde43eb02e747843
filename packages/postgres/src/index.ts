export { type SqlText } from './compile/text.ts'
export { type Mode } from './compile/events.ts'
export { type Connection, type Settings } from './database/index.ts'
export * from './errors.ts'
export type { At } from './evaluator/clock.ts'
export { type ModeSetting, type SqlOptions } from './evaluator/effects.ts'
export { type Chosen, sensitiveFields } from './export/columns.ts'
export { type ExportFormat, type ExportOptions } from './export/export.ts'
export { type CopyFormat } from './export/query.ts'
export {
  type Exported,
  type EvaluatorSettings,
  openEvaluator,
  type PostgresEvaluator,
} from './evaluator/evaluator.ts'
export {
  accountTable,
  type AccountTable,
  column,
  type ColumnPlace,
  type Conditions,
  type ConditionValue,
  eventTable,
  type EventTable,
  json,
  type JsonPlace,
  type Mapping,
  type MembershipTable,
  type PeopleTable,
  type Place,
  tagArray,
  type TagArray,
  type TagPlace,
  tagTable,
  type TagTable,
} from './source/mapping.ts'
export { layoutSource } from './source/layout.ts'
export { type AccountSource, defineSource, type EventSource, type Source } from './source/source.ts'
export type {
  AccountInput,
  Batch,
  EventInput,
  Ingested,
  MemberInput,
  PersonInput,
  TagInput,
} from './layout/index.ts'
export { openStore, type Store, type StoreSettings } from './layout/store.ts'
