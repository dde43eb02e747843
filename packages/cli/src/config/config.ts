import type { Broadcast, Links, SendSettings, Transport } from '@segmentry/broadcast'
import type { Duration, Schema, SegmentsByKey } from '@segmentry/core'
import type { SplitPlan } from '@segmentry/flow'
import type { Rate, ServiceLimits } from '@segmentry/flow/http'
import type { Source } from '@segmentry/postgres'
import type { FlowUse } from '@segmentry/review'

/** A value that is not in the file: the environment has it when a command needs it. */
export interface Secret {
  /** The name of the variable. */
  readonly env: string
}

/** What the commands work on: people as they are declared, segments of them, and where they are kept. */
export interface Project {
  readonly schema: Schema
  readonly segments: SegmentsByKey<string>
  /** Where the database is: `postgres://…`, or a folder of the embedded Postgres, beside this file. */
  readonly database: string | Secret | EmbeddedDatabase
  /** How long one statement may run; 30 seconds unless told. */
  readonly statementTimeout?: Duration
  /** How long a statement may wait for what another transaction holds; 5 seconds unless told. */
  readonly lockTimeout?: Duration
  readonly serve?: ServeConfig
  /** Broadcasts by key, as `defineBroadcast` gives them. */
  readonly broadcasts?: Readonly<Record<string, Broadcast>>
  readonly send?: SendConfig
  /** How flows divide people, by name, as `defineSplit` gives them: what a change of a segment moves is told. */
  readonly splits?: Readonly<Record<string, SplitPlan>>
  /** Flows that start when people enter or leave a segment, by name. */
  readonly flows?: Readonly<Record<string, FlowUse>>
  /** The schema of the database that the ledger of broadcasts is in; 'segmentry_broadcast' unless told. */
  readonly ledger?: string
  /** The schema of the database that revisions of segments are in; 'segmentry_review' unless told. */
  readonly revisions?: string
  /** The schema of the database in which `segmentry apply` keeps a view for each segment, such as 'segments'; no views unless told. */
  readonly views?: string
}

/** People in tables of yours. */
export interface WithSource {
  /** What `defineSource` gives. */
  readonly source: Source
}

/** People in the default layout. */
export interface WithLayout {
  /** The schema of the database that holds its tables, such as 'segmentry'. */
  readonly layout: string
}

/** A database of PGlite: no server, and one process at a time. */
export interface EmbeddedDatabase {
  /** The folder that it is kept in. */
  readonly pglite: string
}

/** How `segmentry serve` answers. */
export interface ServeConfig {
  /** What callers send as `Authorization: Bearer …`; the variable SEGMENTRY_KEYS unless told. */
  readonly keys?: readonly (string | Secret)[]
  /** 8080 unless told; `--port` says another. */
  readonly port?: number
  /** This machine only, unless told; `--host` says another. */
  readonly host?: string
  /** How long an answer may take; 10 seconds unless told. */
  readonly timeout?: Duration
  /** How often each key may ask; as often as it likes unless told. */
  readonly rate?: Rate
  /** How much the service takes and gives at a time. */
  readonly limits?: Partial<ServiceLimits>
}

/** How `segmentry send` sends. */
export interface SendConfig extends SendSettings {
  /** Makes what hands messages over: called by `segmentry send` and nothing else, and closed by it. */
  readonly transport: (given: SendContext) => Transport | Promise<Transport>
  /** Makes the links that stand in messages. */
  readonly links?: (given: SendContext) => Links | Promise<Links>
}

/** What a transport and links are made of. */
export interface SendContext {
  /** What is sent: its `channel` may want a transport of its own. */
  readonly broadcast: Broadcast
  /** What the environment has under a name; where it has nothing, the command says so and ends. */
  readonly secret: (variable: string) => string
}

/** What stands in `segmentry.config.ts`. */
export type Config = Project & (WithSource | WithLayout)

/**
 * The default export of `segmentry.config.ts`: what the command `segmentry` works on.
 *
 * It only lends its types to an editor; the command checks what it finds.
 *
 * @example
 * ```ts
 * const config = defineConfig({
 *   schema,
 *   segments,
 *   layout: 'segmentry', // or source: defineSource(schema, { … })
 *   database: env('DATABASE_URL'), // or { pglite: './data' }
 *   serve: { keys: [env('SEGMENTRY_KEY')] },
 * })
 * config.database // => { env: 'DATABASE_URL' }
 * export default config
 * ```
 */
export const defineConfig = (config: Config): Config => config

/**
 * A value that the environment has: use it for what must not stand in a file.
 *
 * It is read when a command needs it, so that those that do not run without it. A file `.env` beside the configuration counts as the
 * environment, where that itself does not say otherwise.
 *
 * @example
 * ```ts
 * env('DATABASE_URL') // => { env: 'DATABASE_URL' }
 * ```
 */
export const env = (name: string): Secret => Object.freeze({ env: name })
