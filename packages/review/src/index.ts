export {
  type Added,
  type Change,
  type Changed,
  changes,
  type Removed,
  type Renamed,
} from './change/changes.ts'
export type { Segments } from './change/segments.ts'
