import { readFileSync } from 'node:fs'
import { helpOf } from './command/help.ts'
import { partOf, readCall } from './command/parse.ts'
import type { CommandName } from './command/specs.ts'
import { type Context, type Run, stoppable } from './commands/run.ts'
import { type Exit, exits, failureOf } from './failure.ts'
import { type Output, ReaderGone } from './output.ts'

/** What each command does; loaded when it is called, as the libraries take longer than the rest. */
const runs: { readonly [N in CommandName]: () => Promise<{ readonly run: Run<N> }> } = {
  init: () => import('./commands/init.ts'),
  serve: () => import('./commands/serve.ts'),
  count: () => import('./commands/count.ts'),
  members: () => import('./commands/members.ts'),
  export: () => import('./commands/export.ts'),
  which: () => import('./commands/which.ts'),
  explain: () => import('./commands/explain.ts'),
  check: () => import('./commands/check.ts'),
  sql: () => import('./commands/sql.ts'),
  list: () => import('./commands/list.ts'),
  describe: () => import('./commands/describe.ts'),
  graph: () => import('./commands/graph.ts'),
  plan: () => import('./commands/plan.ts'),
  apply: () => import('./commands/apply.ts'),
  history: () => import('./commands/history.ts'),
  at: () => import('./commands/at.ts'),
  diff: () => import('./commands/diff.ts'),
  rollback: () => import('./commands/rollback.ts'),
  broadcasts: () => import('./commands/broadcasts.ts'),
  broadcast: () => import('./commands/broadcast.ts'),
  send: () => import('./commands/send.ts'),
  pause: () => import('./commands/pause.ts'),
  resume: () => import('./commands/resume.ts'),
  cancel: () => import('./commands/cancel.ts'),
  recipient: () => import('./commands/recipient.ts'),
  resolve: () => import('./commands/resolve.ts'),
  completions: () => import('./commands/completions.ts'),
}

/** Those that end in their own time when they are interrupted: what they have begun is waited for. */
const ownEnds: ReadonlySet<CommandName> = new Set(['serve', 'send', 'export'])

/** Runs a call, tells what happened, and gives the code to end with. */
export async function main(args: readonly string[], context: Context): Promise<Exit | undefined> {
  const isVerbose = args.includes('--verbose') || (process.env['SEGMENTRY_DEBUG'] ?? '') !== ''
  try {
    return await called(args, context)
  } catch (error) {
    if (error instanceof ReaderGone) return exits.ok
    if (context.signal.aborted) return undefined
    return told(error, context.output, isVerbose)
  }
}

async function called(args: readonly string[], context: Context): Promise<Exit> {
  const { output } = context
  const asked = await partOf(args)
  if (asked.version) {
    await output.print(version())
    return exits.ok
  }
  if (asked.name === undefined || asked.help) {
    await output.print(helpOf(asked.name))
    return exits.ok
  }
  const call = await readCall(asked.name, asked.args)
  const { run } = await runs[asked.name]()
  const work = run(call, context)
  return ownEnds.has(asked.name) ? work : stoppable(work, context.signal)
}

function told(error: unknown, output: Output, isVerbose: boolean): Exit {
  const failure = failureOf(error)
  output.tell(`segmentry: ${failure.message}`)
  const { stack } = Object(failure.cause ?? failure) as { readonly stack?: unknown }
  if (isVerbose && typeof stack === 'string') output.tell(`\n${stack}`)
  return failure.exit
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
