import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'

const compiling = (makeCompiler: () => PostgresQueryCompiler): Kysely<unknown> =>
  new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: makeCompiler,
    },
  })

/**
 * Builds and compiles queries for Postgres, and cannot run them: {@link Session.run} does.
 *
 * Kysely's own drivers would cancel only once, which a statement about to start outlives, and need one more
 * round trip for each transaction.
 */
export const queries = compiling(() => new PostgresQueryCompiler())

/** The text and the parameters of a query written with Kysely's `sql`. */
export const compiled = <R>(query: RawBuilder<R>): CompiledQuery<R> => query.compile(queries)

/** Writes what would be parameters into the text, as drivers send it too: a text between quotes, of a type that Postgres finds. */
class LiteralCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (Array.isArray(value)) {
      this.append('array[')
      for (const [i, one] of value.entries()) {
        if (i > 0) this.append(',')
        this.appendValue(one)
      }
      this.append(']')
    } else if (value === null) this.append('null')
    else if (typeof value === 'string') this.appendStringLiteral(value)
    else if (typeof value === 'number' || typeof value === 'boolean') this.appendStringLiteral(String(value))
    else throw new TypeError(`a literal is text, a number or a boolean, found ${typeof value}`)
  }
}

const literals = compiling(() => new LiteralCompiler())

/**
 * A query without parameters, for a statement that can have none, such as one that makes a view.
 *
 * Only to be read where a backslash is a backslash: `standard_conforming_strings` is on in every transaction here.
 */
export const literally = <R>(query: RawBuilder<R>): CompiledQuery<R> => query.compile(literals)
