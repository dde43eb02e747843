import { SchemaError } from '../errors.ts'
import { shown } from '../suggest.ts'
import type { Field } from './field.ts'
import { isKind, type ValueType } from './type.ts'

/** Whether something was made by {@link text}, {@link integer} and their like. */
export const isField = (raw: unknown): raw is Field =>
  typeof raw === 'object' &&
  raw !== null &&
  'type' in raw &&
  isKind((raw.type as ValueType | undefined)?.kind)

/** Throws a {@link SchemaError} for what is no field. */
export function checkField(what: string, name: string, raw: unknown): void {
  if (isField(raw)) return
  const expected = `found ${shown(raw)}, expected a type such as text(), integer() or choice('free', 'pro')`
  throw new SchemaError({ what, found: name, expected })
}
