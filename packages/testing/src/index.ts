export { createDatabase, type CreateDatabaseOptions, type TestDatabase } from './database.ts'
export { PostgresStartError } from './errors.ts'
export { startPglite } from './pglite.ts'
export { type PostgresServer, startPostgres } from './postgres.ts'
