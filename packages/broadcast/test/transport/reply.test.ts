import { expect, test } from 'vitest'
import { classOf, replyOf, type Stage } from '../../src/transport/smtp/reply.ts'

const classAt = (response: string, stage: Stage) => classOf(replyOf(response)!, stage)

test('a reply is read with its enhanced code, of one line or of several', () => {
  expect(replyOf('550 5.1.1 No such user')).toEqual({ code: 550, enhanced: '5.1.1', text: 'No such user' })
  expect(replyOf('550-5.7.1 One line\n550 5.7.1 and another')).toEqual({
    code: 550,
    enhanced: '5.7.1',
    text: 'One line and another',
  })
  expect(replyOf('451 Later')).toEqual({ code: 451, text: 'Later' })
  expect(replyOf('550')).toEqual({ code: 550, text: '' })
  expect(replyOf('554 5.1.1.1 is no code')).toEqual({ code: 554, text: '5.1.1.1 is no code' })
  for (const none of ['', '250 OK', '354 Go on', 'HTTP/1.1 200 OK', '55', '5500 x']) {
    expect(replyOf(none), none).toBeUndefined()
  }
})

test.each([
  // RFC 3463: addresses
  ['550 5.1.1 x', 'recipient', 'recipient'],
  ['550 5.1.2 x', 'recipient', 'recipient'],
  ['553 5.1.3 x', 'recipient', 'recipient'],
  ['550 5.1.10 x', 'recipient', 'recipient'],
  ['550 5.1.8 x', 'recipient', 'sender'],
  ['550 5.1.7 x', 'sender', 'sender'],
  // the same words about the sender's address
  ['550 5.1.1 x', 'sender', 'sender'],
  ['550 5.1.1 x', 'connection', 'sender'],
  // after the message
  ['550 5.1.1 x', 'message', 'recipient'],
  // mailboxes
  ['550 5.2.1 x', 'recipient', 'recipient'],
  ['552 5.2.2 x', 'recipient', 'retry'],
  ['552 5.2.2 x', 'message', 'retry'],
  ['552 5.2.3 x', 'recipient', 'sender'],
  // systems
  ['452 4.3.1 x', 'recipient', 'retry'],
  ['552 5.3.1 x', 'recipient', 'retry'],
  ['552 5.3.4 x', 'sender', 'sender'],
  ['554 5.3.0 x', 'recipient', 'sender'],
  // routes
  ['550 5.4.1 Recipient address rejected: Access denied', 'recipient', 'recipient'],
  ['550 5.4.4 x', 'recipient', 'recipient'],
  ['554 5.4.7 x', 'recipient', 'retry'],
  // protocol: a detail of 0 says less than the reply code
  ['550 5.5.0 mailbox unavailable', 'recipient', 'recipient'],
  ['550 5.0.0 x', 'recipient', 'recipient'],
  ['554 5.0.0 x', 'message', 'sender'],
  ['503 5.5.1 x', 'recipient', 'sender'],
  // letters
  ['553 5.6.7 x', 'recipient', 'recipient'],
  ['553 5.6.7 x', 'sender', 'sender'],
  ['554 5.6.0 x', 'message', 'sender'],
  // policy
  ['550 5.7.1 x', 'recipient', 'sender'],
  ['550 5.7.0 x', 'recipient', 'sender'],
  ['535 5.7.8 x', 'connection', 'sender'],
  ['550 5.7.26 x', 'message', 'sender'],
  ['550 5.7.17 x', 'recipient', 'recipient'],
  ['450 4.7.1 x', 'recipient', 'retry'],
  // of two that differ, the milder
  ['450 5.1.1 x', 'recipient', 'retry'],
  ['550 4.2.2 x', 'recipient', 'retry'],
  // no enhanced code
  ['550 x', 'recipient', 'recipient'],
  ['551 x', 'recipient', 'recipient'],
  ['553 x', 'recipient', 'recipient'],
  ['556 x', 'recipient', 'recipient'],
  ['552 x', 'recipient', 'retry'],
  ['552 x', 'message', 'retry'],
  ['552 x', 'sender', 'sender'],
  ['554 x', 'recipient', 'sender'],
  ['550 x', 'message', 'sender'],
  ['550 x', 'sender', 'sender'],
  ['530 x', 'sender', 'sender'],
  ['421 x', 'connection', 'retry'],
  ['454 x', 'connection', 'retry'],
  ['535 x', 'connection', 'sender'],
  ['554 x', 'connection', 'sender'],
] as const)('%s, about the %s: %s', (response, stage, expected) => {
  expect(classAt(response, stage)).toBe(expected)
})
