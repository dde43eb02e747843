import { defineSchema, defineSegments, type SchemaOf, segmentry, text } from '@segmentry/core'
import { openEvaluator, openStore } from '@segmentry/postgres'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { defineBroadcast, engagementEvents, type Feedback, openBroadcasts } from '../src/index.ts'
import { messageKey, messageRef } from '../src/send/compose.ts'
import { sendsAll } from './transports.ts'

const schema = defineSchema({
  fields: { email: text() },
  events: {
    sent: { campaign: text(), topic: text() },
    opened: { campaign: text() },
    link_clicked: { url: text() },
    unsubscribed: { topic: text() },
    login: {},
  },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const segments = defineSegments({
  everyone: segment().group((g) => g.everyone()),
  sent: segment().group((g) => g.event('sent', (e) => e.where('campaign', 'may'))),
  opened: segment().group((g) => g.event('opened', (e) => e.where('campaign', 'may').within('1 day'))),
  clickers: segment().group((g) => g.event('link_clicked', (e) => e.where('url', 'https://acme.example/'))),
  left: segment().group((g) => g.event('unsubscribed', (e) => e.where('topic', 'news'))),
})

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  let crms = 0
  const open = async (...people: string[]) => {
    const own = `feedback_${(crms += 1)}`
    const ledger = `${own}_ledger`
    const events = engagementEvents(schema, { schema: ledger, names: { clicked: 'link_clicked' } })
    const store = await openStore(schema, backend.connection, { schema: own, events })
    const broadcasts = await openBroadcasts(store.source, backend.connection, { schema: ledger })
    await store.ingest({ people: people.map((id) => ({ id, fields: { email: `${id}@example.com` } })) })
    const evaluator = await openEvaluator(store.source, backend.connection)
    const close = async (): Promise<void> => {
      for (const one of [evaluator, broadcasts, store]) await one.close()
    }
    const members = (key: keyof typeof segments) => Array.fromAsync(evaluator.members(segments[key]))
    return { store, broadcasts, members, close }
  }
  const may = defineBroadcast(schema, {
    key: 'may',
    audience: { include: { everyone: segments.everyone } },
    address: 'email',
    topic: 'news',
  })
  const told = (kind: Feedback['kind'], id: string, more: Partial<Feedback> = {}): Feedback => ({
    kind,
    id,
    at: new Date(),
    ...more,
  })

  test('what comes back is an event of the person, and segments have it at once', async () => {
    const { broadcasts, members, close } = await open('ann', 'bob', 'cid')
    expect(await members('sent')).toEqual([])
    await (
      await broadcasts.send(may, { transport: sendsAll(), confirm: 3 })
    ).finished
    expect(await members('sent')).toEqual(['ann', 'bob', 'cid'])
    const feedback = [
      told('opened', '1', { message: 'id-ann' }),
      told('clicked', '2', { key: messageRef('may', 'ann'), url: 'https://acme.example/' }),
      told('opened', '3', { address: 'BOB@example.com' }),
      told('clicked', '4', { broadcast: 'may', person: 'bob', url: 'https://acme.example/other' }),
      told('opened', '5', { message: 'nobody’s' }),
      told('opened', '6', { message: 'of a relay', key: messageKey('may', 'cid') }),
    ]
    expect(await broadcasts.record(feedback)).toEqual({
      stored: 6,
      duplicates: 0,
      unmatched: 1,
      suppressed: 0,
    })
    expect(await members('opened')).toEqual(['ann', 'bob', 'cid'])
    expect(await members('clickers')).toEqual(['ann'])
    expect(await broadcasts.record([...feedback, told('opened', '1')])).toMatchObject({
      stored: 0,
      duplicates: 7,
    })
    expect((await broadcasts.recipient('may', 'ann'))?.feedback.map(({ kind }) => kind).toSorted()).toEqual([
      'clicked',
      'opened',
    ])
    await close()
  })

  test('bounces for good, complaints and people who unsubscribe are not written to again', async () => {
    const { broadcasts, members, close } = await open('ann', 'bob', 'cid', 'dan', 'eve')
    await (
      await broadcasts.send(may, { transport: sendsAll(), confirm: 5 })
    ).finished
    const recorded = await broadcasts.record([
      told('bounced', '1', { message: 'id-ann', permanent: true }),
      told('bounced', '2', { message: 'id-bob', permanent: false }),
      told('complained', '3', { message: 'id-cid' }),
      told('unsubscribed', '4', { message: 'id-dan' }),
    ])
    expect(recorded).toMatchObject({ stored: 4, suppressed: 3 })
    const plan = (topic: string) =>
      broadcasts.plan(
        defineBroadcast(schema, {
          key: topic,
          audience: { include: { everyone: segments.everyone } },
          address: 'email',
          topic,
        }),
      )
    const news = await plan('news')
    expect(news.samples.toSend).toEqual(['bob', 'eve'])
    expect(news.suppressed).toEqual({ bounced: 1, complained: 1, unsubscribed: 1 })
    expect((await plan('tips')).samples.toSend).toEqual(['bob', 'dan', 'eve'])
    expect(await members('left')).toEqual(['dan'])
    await close()
  })

  test('a person unsubscribes once, and may take it back', async () => {
    const { broadcasts, members, close } = await open('ann')
    await (
      await broadcasts.send(may, { transport: sendsAll(), confirm: 1 })
    ).finished
    const ann = { broadcast: 'may', person: 'ann', topic: 'news' }
    expect(await broadcasts.unsubscribe(ann)).toBe('unsubscribed')
    expect(await broadcasts.unsubscribe(ann)).toBe('already')
    expect(await broadcasts.unsubscribe({ ...ann, person: 'zoe' })).toBe('unknown')
    expect(await members('left')).toEqual(['ann'])
    expect(await broadcasts.suppressions('ann@example.com')).toMatchObject([
      { topic: 'news', reason: 'unsubscribed' },
    ])
    expect(await broadcasts.resubscribe(ann)).toBe('subscribed')
    expect(await broadcasts.suppressions('ann@example.com')).toEqual([])
    expect(await members('left')).toEqual([])
    await broadcasts.suppress([{ address: 'ann@example.com', reason: 'complained' }])
    await broadcasts.resubscribe({ broadcast: 'may', person: 'ann' })
    expect(await broadcasts.suppressions('ann@example.com')).toHaveLength(1)
    expect(await broadcasts.unsuppress({ address: 'Ann@example.com' })).toBe(true)
    expect(await broadcasts.unsuppress({ address: 'Ann@example.com' })).toBe(false)
    await close()
  })

  test('events that are kept in the ledger are not ingested beside it', async () => {
    const { store, close } = await open('ann')
    const event = { person: 'ann', id: '1', at: new Date(), name: 'opened' }
    await expect(store.ingest({ events: [event] })).rejects.toThrow(
      /found 'opened', which is kept in feedback_\d+_ledger\.engagement, expected an event that is kept here/,
    )
    expect((await store.ingest({ events: [{ ...event, name: 'login' }] })).eventsAdded).toBe(1)
    await close()
  })

  test.each(['bigint', 'integer', 'uuid'] as const)('people may be known by a %s', async (type) => {
    const own = `ids_${type}`
    const ledger = `${own}_ledger`
    const ids =
      type === 'uuid'
        ? ['0b0a2a0e-8ad5-4f8a-9f4b-6f6d3b7f4c11', '1c0a2a0e-8ad5-4f8a-9f4b-6f6d3b7f4c12']
        : type === 'bigint'
          ? ['7', '9007199254740993']
          : ['7', '2147483647']
    await sql`create schema ${sql.id(own)}`.execute(backend.db)
    await sql`create table ${sql.id(own, 'people')} (id ${sql.raw(type)} primary key, email text)`.execute(
      backend.db,
    )
    for (const id of ids) {
      await sql`insert into ${sql.id(own, 'people')} values (${id}::text::${sql.raw(type)}, ${`x${id.slice(0, 3)}@example.com`})`.execute(
        backend.db,
      )
    }
    const { column, defineSource } = await import('@segmentry/postgres')
    const mailed = defineSchema({ fields: { email: text() }, events: { sent: { campaign: text() } } })
    const { segment: start } = segmentry<SchemaOf<typeof mailed>>(mailed)
    const source = defineSource(mailed, {
      people: { table: `${own}.people`, id: 'id' },
      fields: { '*': column() },
      events: { ...engagementEvents(mailed, { schema: ledger, id: type }) },
    })
    const broadcasts = await openBroadcasts(source, backend.connection, { schema: ledger })
    const broadcast = defineBroadcast(mailed, {
      key: 'may',
      audience: { include: { everyone: start().group((g) => g.everyone()) } },
      address: 'email',
    })
    await (
      await broadcasts.send(broadcast, { transport: sendsAll(), confirm: 2 })
    ).finished
    const evaluator = await openEvaluator(source, backend.connection)
    const sent = start().group((g) => g.event('sent', (e) => e.where('campaign', 'may')))
    expect(await Array.fromAsync(evaluator.members(sent))).toEqual(ids)
    expect(await evaluator.has(sent, ids[1]!)).toBe(true)
    await evaluator.close()
    await broadcasts.close()
  })
})
