import {
  foldAscii,
  foldPattern,
  parsePattern,
  type Literal,
  type Pattern,
  patternRegex,
  type ValueType,
  versionKey,
  whiteSpace,
} from '@segmentry/core'
import { sql } from 'kysely'
import { emailDomainSql } from './email.ts'
import { foldAsciiSql } from './fold.ts'
import { asIs, never, type Wrap } from './kinds.ts'
import { inInterval, intervalOf } from './interval.ts'
import { versionKeySql } from './version.ts'
import { orderedReading } from './kinds.ts'
import { param, type Reading, type Sql, text } from './reading.ts'

/** What text is compared with, when it is not simply text. */
export interface TextForm {
  /** The condition that the stored value is exactly this text, in the form an index on it serves. */
  readonly equals: (value: string) => Sql
  readonly oneOf: (values: readonly string[]) => Sql
}

/** Text: `expression` is of type text with a deterministic collation, or NULL. */
export function textReading(type: ValueType, expression: Sql, form: TextForm, wrap: Wrap = asIs): Reading {
  const closed = type.kind === 'choice' ? type.values : undefined
  const valid = closed ? form.oneOf(closed) : wrap(sql`${expression} is not null`)
  const whereValid = (then: Sql): Sql => (closed ? sql`case when ${valid} then ${then} end` : wrap(then))
  // Folded on both sides, and then compared exactly.
  const subject = (ignoringCase = false): Sql => (ignoringCase ? foldAsciiSql(expression) : expression)
  const part = (value: string, ignoringCase = false): Sql => text(ignoringCase ? foldAscii(value) : value)
  return {
    type,
    valid,
    value: whereValid(sql`(${expression} collate "C")`),
    json: whereValid(sql`to_jsonb(${expression})`),
    test(statement) {
      switch (statement.op) {
        case 'is':
          return statement.ignoringCase === true
            ? wrap(sql`${subject(true)} = ${part(String(statement.value), true)}`)
            : form.equals(String(statement.value))
        case 'oneOf': {
          const values = statement.values.map(String)
          return statement.ignoringCase === true
            ? wrap(sql`${subject(true)} = any(${param(values.map(foldAscii), 'text[]')})`)
            : form.oneOf(values)
        }
        case 'contains': {
          const { value, ignoringCase } = statement
          return wrap(sql`strpos(${subject(ignoringCase)}, ${part(value, ignoringCase)}) > 0`)
        }
        case 'startsWith': {
          const { value, ignoringCase } = statement
          return wrap(sql`starts_with(${subject(ignoringCase)}, ${part(value, ignoringCase)})`)
        }
        case 'endsWith': {
          const { value, ignoringCase } = statement
          const length = param([...value].length, 'int4')
          return wrap(sql`right(${subject(ignoringCase)}, ${length}) = ${part(value, ignoringCase)}`)
        }
        case 'matches': {
          const { pattern, ignoringCase = false } = statement
          const regex = patternRegex(patternOf(pattern, ignoringCase))
          return wrap(sql`(${subject(ignoringCase)} collate "C") ~ ${text(regex)}`)
        }
        case 'emailDomain':
          return wrap(
            sql`${emailDomainSql(expression)} = any(${param(statement.domains.map(foldAscii), 'text[]')})`,
          )
        case 'blank':
          return wrap(sql`btrim(${expression}, ${text(whiteSpace)}) = ''`)
        case 'present':
          return valid
        default: {
          // Text orders by code point, whatever the column's collation is.
          const interval = type.kind === 'text' ? intervalOf(statement, String) : undefined
          if (!interval) return never(statement, type)
          return wrap(inInterval(sql`(${expression} collate "C")`, interval, text))
        }
      }
    },
  }
}

/** Versions in an expression of type text, compared by their keys. */
export function versionReading(expression: Sql, wrap: Wrap = asIs): Reading {
  const key = versionKeySql(expression)
  return orderedReading<string>({ kind: 'version' }, key, {
    ...versionOrder,
    json: () => sql`case when ${key} is not null then to_jsonb(${expression}) end`,
    wrap,
  })
}

/** The keys of versions, computed by a query. */
export const versionKeyReading = (key: Sql): Reading =>
  orderedReading<string>({ kind: 'version' }, sql`(${key} collate "C")`, { ...versionOrder, json: () => key })

const versionOrder = {
  read: (literal: Literal): string => versionKey(String(literal))!,
  write: (key: string): Sql => text(key),
}

function patternOf(source: string, ignoringCase: boolean): Pattern {
  const parsed = parsePattern(source)
  if (parsed.kind !== 'pattern')
    throw new TypeError(`'${source}' is no pattern; definitions are checked before`)
  return ignoringCase ? foldPattern(parsed) : parsed
}
