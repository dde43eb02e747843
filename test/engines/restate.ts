import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, freePort } from './process.ts'

/** A Restate server of its own, with its files in a temporary folder. */
export interface RestateServer extends AsyncDisposable {
  /** Tells the server where services are. */
  readonly register: (port: number) => Promise<void>
  /** Waits until an invocation sleeps. */
  readonly asleep: () => Promise<void>
  /** What a workflow gives, once it does. */
  readonly attach: (workflow: string, key: string) => Promise<unknown>
  /** Calls a handler, or sends to it: `/journey/ann/run`. */
  readonly call: (path: string, body: unknown) => Promise<Response>
}

/** Asks until somebody answers well. */
async function answered(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if ((await fetch(url)).ok) return
    } catch (error) {
      if (tries > 300) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Starts the server that comes as a package, without what it would tell its makers. */
export async function startRestate(): Promise<RestateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-restate-'))
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()]
  const child = spawn(join(import.meta.dirname, 'node_modules/.bin/restate-server'), ['--base-dir', folder], {
    stdio: 'ignore',
    env: {
      ...process.env,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
    },
  })
  const post = (url: string, body: unknown): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await Promise.all([
    answered(`http://127.0.0.1:${admin}/health`),
    answered(`http://127.0.0.1:${ingress}/restate/health`),
  ])
  return {
    register: async (port) => {
      const response = await post(`http://127.0.0.1:${admin}/deployments`, {
        uri: `http://127.0.0.1:${port}`,
      })
      if (!response.ok) throw new Error(await response.text())
    },
    asleep: async () => {
      const query = "select entry_type from sys_journal where entry_type = 'Command: Sleep'"
      for (;;) {
        const response = await fetch(`http://127.0.0.1:${admin}/query`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ query }),
        })
        const { rows } = (await response.json()) as { readonly rows: readonly unknown[] }
        if (rows.length > 0) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    attach: async (workflow, key) => {
      const path = `/restate/workflow/${workflow}/${key}/attach`
      return (await fetch(`http://127.0.0.1:${ingress}${path}`)).json()
    },
    call: (path, body) => post(`http://127.0.0.1:${ingress}${path}`, body),
    [Symbol.asyncDispose]: async () => {
      await end(child, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
