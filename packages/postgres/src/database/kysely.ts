import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'
import type { CopyStatement } from './connection.ts'
import { literalOf } from './literal.ts'

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

/** Writes the values of a query into its text, for statements that take no parameters. */
class LiteralCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.append(literalOf(value))
  }
}

const literals = compiling(() => new LiteralCompiler())

/** A query that a copy takes: as it is run, and as it may be shown. */
export const copied = (query: RawBuilder<unknown>, form: string): CopyStatement => ({
  query: query.compile(literals).sql,
  form,
  shown: query.compile(queries).sql,
})

/** The text and the parameters of a query written with Kysely's `sql`. */
export const compiled = <R>(query: RawBuilder<R>): CompiledQuery<R> => query.compile(queries)

/** A query without parameters, for a statement that can have none, such as one that makes a view. */
export const literally = <R>(query: RawBuilder<R>): CompiledQuery<R> => query.compile(literals)
