// What a check constraint lets a column be, read from how Postgres prints it.

// A text with a backslash is printed with an E before it, and only then is the backslash one of an escape.
const parts = /E'((?:[^'\\]|\\.|'')*)'|'((?:[^']|'')*)'|"(?:[^"]|"")*"/gs

/**
 * The values that a check of one column lists, or `undefined` for a check that says anything else.
 *
 * Postgres prints `check (plan in ('free', 'pro'))` as `CHECK ((plan = ANY (ARRAY['free'::text, 'pro'::text])))`.
 */
export function choicesOf(definition: string): readonly string[] | undefined {
  const values: string[] = []
  const printed = definition
    .replaceAll(parts, (_, escaped: string | undefined, plain: string | undefined) => {
      const inner = escaped?.replaceAll(/\\(.)/gs, '$1') ?? plain
      if (inner === undefined) return 'c'
      values.push(inner.replaceAll("''", "'"))
      return '?'
    })
    .replaceAll(/::(?:[a-z ]+|c)(?:\(\d+\))?(?:\[\])?/g, '')
  // What a function makes of the column is no value of it.
  if (/[\p{L}\p{N}_$]\(/u.test(printed)) return undefined
  const text = printed.replaceAll(/[()\s]/g, '')
  const name = String.raw`[\p{L}_][\p{L}\p{N}_$]*`
  const isList = new RegExp(String.raw`^CHECK${name}=ANYARRAY\[\?(?:,\?)*\]$`, 'u').test(text)
  const isOne = new RegExp(String.raw`^CHECK${name}=\?(?:OR${name}=\?)*$`, 'u').test(text)
  return (isList || isOne) && values.length > 0 ? [...new Set(values)] : undefined
}
