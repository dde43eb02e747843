export {
  type Connection,
  type Database,
  openDatabase,
  type Session,
  type Settings,
  type TransactionOptions,
} from './database.ts'
export type { Piece } from './connection.ts'
export { compiled, copied, literally, queries } from './kysely.ts'
export { settingKeys } from './settings.ts'
export { toAsyncIterable, toPromise } from './promise.ts'
