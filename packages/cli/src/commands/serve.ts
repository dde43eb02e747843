import { type FlowService, flowService, type RunningService, serve } from '@segmentry/flow/http'
import type { ServeConfig } from '../config/config.ts'
import { Failure, exits, told, usage } from '../failure.ts'
import { keysOf } from '../serve/keys.ts'
import { type Log, logOf } from '../serve/log.ts'
import { opened, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'serve'> = async (call, context) => {
  const { output, signal } = context
  const loaded = await project(call, context)
  const { serve: settings = {}, segments } = loaded.config
  const { host = settings.host ?? '127.0.0.1', port = settings.port ?? 8080, insecure = false } = call.flags
  const log = logOf(call.flags.log ?? 'text', output)
  const keys = keysOf(settings, insecure, host)
  await using database = await opened(loaded, context)
  const service = serviceOf(settings, {
    evaluator: database.evaluator,
    segments,
    keys,
    onError: log.error,
    onAnswer: log.request,
  })
  const server = await listening(service, host, port)
  const { url } = server
  const number = Object.keys(segments).length
  const known = `${number} ${number === 1 ? 'segment' : 'segments'}`
  log.event('listening', `Segmentry serves ${known} at ${url}\n  OpenAPI: ${url}/openapi.json`, {
    url,
    openapi: `${url}/openapi.json`,
    segments: number,
    insecure,
  })
  if (insecure) output.tell('  Everybody on this machine is let in: --insecure')
  await stopped(server, signal, log)
  return exits.ok
}

type Given = Pick<
  Parameters<typeof flowService>[0],
  'evaluator' | 'segments' | 'keys' | 'onError' | 'onAnswer'
>

function serviceOf({ timeout, rate, limits }: ServeConfig, given: Given): FlowService {
  try {
    return flowService({
      ...given,
      ...(timeout !== undefined && { timeout }),
      ...(rate !== undefined && { rate }),
      ...(limits !== undefined && { limits }),
    })
  } catch (error) {
    // What it refuses are the settings, and by now these come from nowhere else.
    const failure = usage("'serve' of the configuration cannot be used:", (error as Error).message)
    failure.cause = error
    throw failure
  }
}

const reasons: Readonly<Record<string, (host: string, port: number) => readonly [string, string]>> = {
  EADDRINUSE: (host, port) => [
    `port ${port} of ${host} is taken by another process`,
    'End that one, or listen elsewhere: --port 0 takes a free port.',
  ],
  EACCES: (_, port) => [
    `port ${port} may not be opened by this user`,
    'Take one from 1024 on, or let a proxy listen there.',
  ],
  EADDRNOTAVAIL: (host) => [
    `${host} is no address of this machine`,
    'Listen on 127.0.0.1 for this machine alone, or on 0.0.0.0 for all of its addresses.',
  ],
}

/** What is said of a host that is neither an address nor the name of one. */
const noHost = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])

async function listening(service: FlowService, host: string, port: number): Promise<RunningService> {
  try {
    return await serve(service, { host, port })
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const lines = reasons[code]?.(host, port) ?? [
      `nothing can listen at ${host}: ${message}`,
      'Correct --host, or serve.host of the configuration.',
    ]
    throw new Failure(noHost.has(code) ? exits.usage : exits.machine, told(lines), { cause: error })
  }
}

/** Resolves when a signal has come and everything that ran has been answered. */
async function stopped(server: RunningService, signal: AbortSignal, log: Log): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  log.event('stopping', 'Stopping: what runs is being answered')
  await server.close()
  log.event('stopped', 'Stopped')
}
