export {
  type Field,
  type Fields,
  type ObjectField,
  boolean,
  choice,
  date,
  decimal,
  integer,
  list,
  number,
  object,
  text,
  timestamp,
  version,
} from './field.ts'
export type { AccountShape, EventShape, Properties, SchemaOf, Shape } from './infer.ts'
export {
  checkSchema,
  defineSchema,
  type FieldInfo,
  openTags,
  type OpenTags,
  type Schema,
  type SchemaInput,
} from './schema.ts'
export { clockMs, instantRange, instantText, isDateText, parseInstant } from './time.ts'
export { type Kind, onType, type TypeCases, typeName, type ValueType } from './type.ts'
export {
  decimalText,
  decimalUnits,
  type Item,
  isText,
  mostDecimalUnits,
  readField,
  readValue,
  type Value,
  writeValue,
} from './value.ts'
