import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { defineBroadcast } from '../src/index.ts'
import type { LocalTime } from '../src/index.ts'
import { dueSql } from '../src/plan/when.ts'
import { openCrm, person, schema, segments } from './crm.ts'

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  /** When somebody in a zone is sent to, planned at an instant. */
  const due = async (time: LocalTime, zone: string, now: string): Promise<string> => {
    const broadcast = defineBroadcast(schema, {
      key: 'news',
      audience: { include: { everyone: segments.everyone } },
      address: 'email',
      time: time as LocalTime<'zone'>,
    })
    const query = dueSql(broadcast, sql`${zone}::text`, sql`${now}::timestamptz`)
    const { rows } = await sql<{
      at: string
    }>`select to_char(${query} at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at`.execute(backend.db)
    return rows[0]!.at
  }

  const at = { otherwise: 'UTC', at: '09:00' }
  test.each([
    // Worked by hand: Berlin is UTC+1 in winter and +2 from 2026-03-29 01:00 UTC; New York UTC-5; Kolkata UTC+5:30.
    ['Europe/Berlin', '2026-01-15T06:00Z', at, '2026-01-15 08:00'],
    ['Europe/Berlin', '2026-01-15T08:00Z', at, '2026-01-15 08:00'],
    ['Europe/Berlin', '2026-01-15T08:01Z', at, '2026-01-16 08:00'],
    ['America/New_York', '2026-01-15T06:00Z', at, '2026-01-15 14:00'],
    ['Asia/Kolkata', '2026-01-15T06:00Z', at, '2026-01-16 03:30'],
    ['Europe/Berlin', '2026-03-28T10:00Z', at, '2026-03-29 07:00'],
    // 02:30 does not exist on that day: an hour after 01:30 is 03:30 there.
    ['Europe/Berlin', '2026-03-28T10:00Z', { otherwise: 'UTC', at: '02:30' }, '2026-03-29 01:30'],
    ['Europe/Berlin', '2026-01-15T06:00Z', { ...at, on: '2026-01-20' }, '2026-01-20 08:00'],
    ['Europe/Berlin', '2026-01-20T09:00Z', { ...at, on: '2026-01-20' }, '2026-01-20 09:00'],
    // Quiet from 21 to 8.
    [
      'Europe/Berlin',
      '2026-01-15T19:59Z',
      { otherwise: 'UTC', quiet: { from: '21:00', to: '08:00' } },
      '2026-01-15 19:59',
    ],
    [
      'Europe/Berlin',
      '2026-01-15T20:00Z',
      { otherwise: 'UTC', quiet: { from: '21:00', to: '08:00' } },
      '2026-01-16 07:00',
    ],
    [
      'Europe/Berlin',
      '2026-01-16T06:59Z',
      { otherwise: 'UTC', quiet: { from: '21:00', to: '08:00' } },
      '2026-01-16 07:00',
    ],
    [
      'Europe/Berlin',
      '2026-01-16T07:00Z',
      { otherwise: 'UTC', quiet: { from: '21:00', to: '08:00' } },
      '2026-01-16 07:00',
    ],
    [
      'Europe/Berlin',
      '2026-01-16T12:30Z',
      { otherwise: 'UTC', quiet: { from: '13:00', to: '14:00' } },
      '2026-01-16 13:00',
    ],
    // The night of the change of clocks is an hour shorter.
    [
      'Europe/Berlin',
      '2026-03-28T21:00Z',
      { otherwise: 'UTC', quiet: { from: '21:00', to: '08:00' } },
      '2026-03-29 06:00',
    ],
  ] as const)('in %s at %s with %j: %s', async (zone, now, time, expected) => {
    expect(await due(time, zone, now)).toBe(expected)
  })

  test('who has no known zone is sent to by the other one, and who is past the end is left out', async () => {
    const crm = await openCrm(
      backend,
      person('berlin', { zone: 'europe/berlin' }),
      person('nowhere', { zone: 'Europe/Nowhere' }),
      person('none'),
      person('york', { zone: 'America/New_York' }),
    )
    const broadcast = defineBroadcast(schema, {
      key: 'news',
      audience: { include: { everyone: segments.everyone } },
      address: 'email',
      time: { zone: 'zone', otherwise: 'Europe/Berlin', at: '09:00' },
      expires: '3 hours',
    })
    const plan = await crm.broadcasts.plan(broadcast, { now: '2026-01-15T06:00:00Z', pace: { atMost: 10 } })
    expect(plan.samples.toSend).toEqual(['berlin', 'none', 'nowhere'])
    expect(plan.samples.expired).toEqual(['york'])
    expect(plan.unknownZones).toBe(1)
    expect(plan.seconds).toBe(2 * 3600)
    await crm.close()
  })
})
