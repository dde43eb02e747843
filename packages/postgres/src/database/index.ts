export {
  type Connection,
  type Database,
  openDatabase,
  type Session,
  type Settings,
  type TransactionOptions,
} from './database.ts'
export { compiled, literally, queries } from './kysely.ts'
export { settingKeys } from './settings.ts'
export { toAsyncIterable, toPromise } from './promise.ts'
