import pg from 'pg'

/** A value as pg would send it for a parameter, as a literal: a text whose type is found out by where it stands. */
export function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return pg.escapeLiteral(written(Array.isArray(value) ? arrayText(value) : scalarText(value)))
}

/** The end of a statement is a character 0: one inside it would cut it off there. */
function written(text: string): string {
  if (text.includes('\0')) throw new TypeError('a text of a statement has no character U+0000')
  return text
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw new TypeError(`a value of a statement is text, a number or true or false, found ${typeof value}`)
}

const arrayText = (values: readonly unknown[]): string => `{${values.map(elementText).join(',')}}`

const elementText = (value: unknown): string =>
  value === null || value === undefined
    ? 'NULL'
    : `"${scalarText(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`
