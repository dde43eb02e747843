import { openBroadcasts } from '@segmentry/broadcast'
import { smtp } from '@segmentry/broadcast/smtp'
import { layoutSource } from '@segmentry/postgres'
import { broadcast, schema } from './crm.ts'

// A process that sends, until somebody kills it.

const [connectionString, port, people] = process.argv.slice(2)
const broadcasts = await openBroadcasts(layoutSource(schema), { connectionString: connectionString! })
const transport = smtp({ host: '127.0.0.1', port: Number(port), encryption: 'none', connections: 5 })
const sending = await broadcasts.send(await broadcast(), {
  transport,
  confirm: Number(people),
  lease: '2 seconds',
})
process.send!('sending')
const { state } = await sending.finished
await transport.close?.()
await broadcasts.close()
process.send!(state)
process.disconnect()
