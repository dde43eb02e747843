import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import { compiled } from '../../packages/postgres/src/database/index.ts'

/**
 * Statements that one connection plans once and runs often, whatever the values of their parameters.
 *
 * Planning takes most of the time of a large statement over few rows. Both backends know PREPARE, whose values are written
 * into EXECUTE; drivers, which hand them over otherwise, have tests of their own.
 */
export class Prepared {
  readonly #db: Kysely<unknown>
  readonly #names = new Map<string, string>()

  /** @param db - One connection: `db.connection().execute((one) => …)`. */
  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  /** How the next statements are planned: for these values, as an application's are, or once for all values. */
  plan(by: 'values' | 'once'): Promise<unknown> {
    const mode = by === 'values' ? 'force_custom_plan' : 'force_generic_plan'
    return sql.raw(`set plan_cache_mode to ${mode}`).execute(this.#db)
  }

  async rows<R>(query: RawBuilder<R>): Promise<readonly R[]> {
    const { text, values } = told(compiled(query))
    const name = this.#names.get(text) ?? (await this.#prepare(text))
    const given = values.length === 0 ? '' : `(${values.join(', ')})`
    return (await sql.raw<R>(`execute ${name}${given}`).execute(this.#db)).rows
  }

  async forget(): Promise<void> {
    this.#names.clear()
    await sql`deallocate all`.execute(this.#db)
  }

  async #prepare(text: string): Promise<string> {
    const name = `s${this.#names.size}`
    await sql.raw(`prepare ${name} as ${text}`).execute(this.#db)
    this.#names.set(text, name)
    return name
  }
}

/** The text of a statement with the tables of zones in it, which are long and always the same, and its other values. */
function told({ sql: written, parameters }: CompiledQuery): { text: string; values: readonly string[] } {
  const values: string[] = []
  // Names and literals may say anything, such as "$1".
  const text = written.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\$(\d+)/g, (token, at?: string) => {
    if (at === undefined) return token
    const value = parameters[Number(at) - 1]
    if (isZoneTable(value)) return literal(value)
    values.push(literal(value))
    return `$${values.length}`
  })
  return { text, values }
}

const isZoneTable = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number'

/** A value as a literal that takes the type of its parameter. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  const text = Array.isArray(value)
    ? `{${value.map(element).join(',')}}`
    : `${value as string | number | boolean}`
  return `'${text.replaceAll("'", "''")}'`
}

const element = (value: unknown): string =>
  typeof value === 'number' ? String(value) : `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`
