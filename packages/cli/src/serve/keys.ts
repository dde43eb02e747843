import type { Keys } from '@segmentry/flow/http'
import type { ServeConfig } from '../config/config.ts'
import { reveal } from '../config/secret.ts'
import { usage } from '../failure.ts'

/** The variable that has the keys where the configuration says none: one or more, with white space or commas between them. */
const variable = 'SEGMENTRY_KEYS'

/** The keys that callers show; throws a failure where there are none, unless everybody on this machine may ask. */
export function keysOf({ keys = [] }: ServeConfig, insecure: boolean, host: string): Keys {
  if (insecure) {
    if (isLoopback(host)) return 'open'
    throw usage(
      `--insecure lets everybody in, and ${host} can be reached from other machines`,
      'Leave --insecure out and give keys, or listen on 127.0.0.1.',
    )
  }
  const given = keys.map((key, i) => reveal(key, `serve.keys[${i}]`))
  if (given.length > 0) return given
  const listed = (process.env[variable] ?? '').split(/[\s,]+/).filter((key) => key !== '')
  if (listed.length > 0) return listed
  throw usage(
    'there are no keys, and nobody could be let in',
    `Set ${variable} to one or more of 16 characters at least, such as the output of: openssl rand -hex 24`,
    "Or list them in the configuration: serve: { keys: [env('SEGMENTRY_KEY')] }. To try it out on this machine: --insecure",
  )
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
