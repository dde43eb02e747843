import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { engagementEvents, openBroadcasts, trackingLinks, unsubscribeLinks } from '@segmentry/broadcast'
import { smtp } from '@segmentry/broadcast/smtp'
import { nodeListener, trackingHandler, unsubscribePage } from '@segmentry/broadcast/web'
import { openEvaluator, openStore } from '@segmentry/postgres'
import { schema, segments, spring } from './crm.ts'
import { startMailServer } from './mail-server.ts'
import { people } from './people.ts'

/** Takes a line of the story. */
export type Say = (line: string) => void

/**
 * Segments, a plan, real mail to a server on this machine, and what people do with it: the segment of who opened it changes.
 */
export async function run(say: Say): Promise<void> {
  const connection = { pglite: await PGlite.create() }
  const store = await openStore(schema, connection, { events: engagementEvents(schema) })
  await store.ingest(people(new Date()))
  const broadcasts = await openBroadcasts(store.source, connection)
  const evaluator = await openEvaluator(store.source, connection)
  const members = async (key: keyof typeof segments): Promise<string> =>
    (await Array.fromAsync(evaluator.members(segments[key]))).join(', ') || 'nobody'

  // What the links in messages lead to.
  const secrets = ['an example secret of at least 32 characters']
  const track = trackingHandler({ secrets, store: broadcasts })
  const leave = unsubscribePage({ secrets, store: broadcasts })
  const handler = (request: Request): Promise<Response> =>
    new URL(request.url).pathname.startsWith('/t/') ? track(request) : leave(request)
  const web = createServer(nodeListener(handler))
  await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  const links = {
    unsubscribe: unsubscribeLinks({ url: `${url}/leave`, secrets }),
    tracking: trackingLinks({ url: `${url}/t`, secrets }),
  }

  const mailServer = await startMailServer()
  const transport = smtp({ host: '127.0.0.1', port: mailServer.port, encryption: 'none' })
  try {
    const plan = await broadcasts.plan(spring)
    say(`meant: ${plan.considered}, to send: ${plan.toSend} (${plan.samples.toSend.join(', ')})`)
    for (const [reason, count] of Object.entries(plan.leftOut)) {
      if (count > 0) say(`  ${reason}: ${plan.samples[reason as keyof typeof plan.leftOut].join(', ')}`)
    }

    const sending = await broadcasts.send(spring, { transport, confirm: plan.toSend, links })
    const { state, sent } = await sending.finished
    say(`${state}: ${sent} sent`)
    for (const { to, subject } of mailServer.mails.toSorted((a, b) => (a.subject! < b.subject! ? -1 : 1))) {
      say(`  to ${[to].flat()[0]!.text}: ${subject}`)
    }
    say(`sent to ann? ${(await broadcasts.recipient('spring', 'ann'))!.status}`)
    say(`sent to dan? ${(await broadcasts.recipient('spring', 'dan'))!.reason}`)

    say(`opened: ${await members('opened')}`)
    for (const mail of mailServer.mails) {
      const html = String(mail.html)
      if (html.includes('Ann')) await fetch(/<img src="([^"]+)"/.exec(html)![1]!)
      if (html.includes('friend'))
        await fetch(/<a href="([^"]+\/t\/[^"]+)"/.exec(html)![1]!, { redirect: 'manual' })
      if (html.includes('Eve')) await unsubscribe(/<a href="([^"]+\/leave\/[^"]+)"/.exec(html)![1]!)
    }
    say(`opened: ${await members('opened')}`)
    say(`interested: ${await members('interested')}`)

    const next = await broadcasts.plan({ ...spring, key: 'summer' })
    say(`next time: ${next.samples.toSend.join(', ')}; suppressed: ${next.samples.suppressed.join(', ')}`)
  } finally {
    await transport.close?.()
    await mailServer.close()
    web.close()
    for (const one of [evaluator, broadcasts, store, connection.pglite]) await one.close()
  }
}

/** As the button of a mail program does it (RFC 8058). */
async function unsubscribe(link: string): Promise<void> {
  await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
}
