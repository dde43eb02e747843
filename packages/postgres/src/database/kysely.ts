import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'

/**
 * Builds and compiles queries for Postgres, and cannot run them: {@link Session.run} does.
 *
 * Kysely's own drivers would cancel only once, which a statement about to start outlives, and need one more
 * round trip for each transaction.
 */
export const queries = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** The text and the parameters of a query written with Kysely's `sql`. */
export const compiled = <R>(query: RawBuilder<R>): CompiledQuery<R> => query.compile(queries)
