import { openSmtpServer } from '../../packages/broadcast/test/servers/smtp.ts'

// A mail server in a process of its own, as mail servers are.

const server = await openSmtpServer()
process.send?.(server.port)
process.on('message', () => process.send?.(server.received.splice(0).length))
process.on('disconnect', () => process.exit(0))
