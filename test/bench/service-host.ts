import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Evaluator, inProcess, type Person } from '@segmentry/core'
import { flowService, serve } from '@segmentry/flow/http'
import { openEvaluator } from '@segmentry/postgres'
import * as crm from './crm.ts'

// A process of its own, as a service is: three servers, and their addresses for whoever forked it.

/** Where each of them listens. */
export interface Addresses {
  readonly bare: string
  readonly inProcess: string
  readonly postgres: string
}

/** Reads a request and answers as much as a split of one person does, asking nobody. */
async function bare(): Promise<string> {
  const answer = JSON.stringify({
    decisions: [
      {
        subject: '1',
        branch: 'everyone',
        index: -1,
        reason: 'otherwise',
        matched: [],
        at: new Date(crm.clock).toISOString(),
        version: '0123456789abcdef',
      },
    ],
  })
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString()))
    request.on('end', () => {
      JSON.parse(text)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
      response.end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const segmentry = async (evaluator: Evaluator): Promise<string> => {
  const keys = ['a-key-of-the-bench-alone']
  const { url } = await serve(flowService({ evaluator, segments: crm.branches, keys }), { port: 0 })
  return url
}

const [, , databaseUrl = '', people = '1000'] = process.argv
const somebody = Array.from({ length: Number(people) }, (_, i): Person => ({
  id: String(i + 1),
  tags: i % 33 === 0 ? ['vip'] : [],
  fields: { plan: 'pro', country: 'US' },
}))
const postgres = await openEvaluator(crm.source, { connectionString: databaseUrl })
const addresses: Addresses = {
  bare: await bare(),
  inProcess: await segmentry(inProcess(crm.source.schema, somebody, { now: new Date(crm.clock) })),
  postgres: await segmentry(postgres),
}
process.send?.(addresses)
// How long this process has been computing: a busy machine changes it less than the time on the wall.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.((user + system) / 1_000)
})
process.on('disconnect', () => process.exit(0))
