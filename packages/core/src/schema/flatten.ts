import { SchemaError } from '../errors.ts'
import { checkField } from './check-field.ts'
import type { Fields } from './field.ts'
import type { FieldInfo } from './schema.ts'

const reservedNames = new Set(['__proto__', 'constructor', 'prototype'])

/** Throws a {@link SchemaError} for a name that no definition could refer to. */
export function checkName(what: string, name: string): void {
  // An event's name is no path, so what events are often called is fine.
  const form = what === 'event' ? /^[\p{L}_$][\p{L}\p{N}_$ .:/-]*$/u : /^[\p{L}_$][\p{L}\p{N}_$ -]*$/u
  const fault = !form.test(name)
    ? `starts with a letter, _ or $ and goes on with letters, digits, _, $, -${what === 'event' ? ', ., :, /' : ''} or spaces`
    : name.length > 128
      ? 'has at most 128 characters'
      : reservedNames.has(name)
        ? 'is not one that JavaScript reserves'
        : undefined
  if (fault)
    throw new SchemaError({
      what,
      found: name,
      expected: `${/^[ae]/.test(what) ? 'an' : 'a'} ${what} name ${fault}`,
    })
}

/** Fields by their names, objects with dots: the parts of `address` are named `address.city`. */
export function flatten(what: string, fields: Fields): ReadonlyMap<string, FieldInfo> {
  const flat = new Map<string, FieldInfo>()
  const visit = (parts: Fields, parents: readonly string[], within = false): void => {
    for (const [key, field] of Object.entries(parts)) {
      checkName(what, key)
      const path = [...parents, key]
      const name = path.join('.')
      checkField(what, name, field)
      // What is inside something sensitive is so too.
      const isSensitive = within || field.isSensitive === true
      const marks = isSensitive ? { isSensitive } : {}
      flat.set(name, { name, path, type: field.type, isRequired: field.isRequired, ...marks })
      if (field.parts) visit(field.parts, path, isSensitive)
    }
  }
  visit(fields, [])
  return flat
}
