export type { AccountInput, Batch, EventInput, MemberInput, PersonInput, TagInput } from './batch.ts'
export { ingest, type Ingested, type IngestOptions } from './ingest.ts'
export type { Migration } from './migrations.ts'
export { checkedSchema, defaultSchema, type LayoutOptions, migrate, type Migrated } from './migrate.ts'
