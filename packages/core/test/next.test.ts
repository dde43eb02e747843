import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, leaf, person, schema, segment } from '../../../test/conformance/arbitrary.ts'
import { isMember } from '../../../test/conformance/reference.ts'
import {
  type AnySegment,
  compileNextChange,
  dependencies,
  format,
  last,
  nextChangeAt,
  preparePerson,
} from '../src/index.ts'
import * as small from './people.ts'

test('between now and the next change nothing changes, and at it everything does', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  // Most often one filter by itself, which changes more often than a rule of many.
  const alone = leaf.map((rule): AnySegment => ({ definition: { format, rule } }))
  const moving = fc.oneof(segment, alone, alone, alone).filter((made) => dependencies(made).time)
  let changes = 0
  fc.assert(
    fc.property(moving, person(), clock, fc.array(share, { maxLength: 4 }), (made, who, now, shares) => {
      const next = compileNextChange(made, schema)(preparePerson(schema, who), now)
      const asked = (at: number): boolean => isMember(made, schema, who, at)
      // Zones are known until 2100; the reference asks the platform, which goes on changing clocks.
      const end = Math.min(next ?? Infinity, Date.UTC(2099, 10, 1))
      for (const one of shares) {
        const between = Math.floor(now + (end - now) * one)
        if (between < end) expect(asked(between)).toBe(asked(now))
      }
      if (next === undefined || next > end) return
      changes += 1
      expect(next).toBeGreaterThan(now)
      expect(asked(next - 1)).toBe(asked(now))
      expect(asked(next)).toBe(!asked(now))
    }),
    { numRuns: 500 },
  )
  expect(changes).toBeGreaterThan(10)
}, 60_000)

test('who opened 29 days ago leaves in one day, and who has a trial ahead enters when it starts to end', () => {
  const { segment: start, schema: crm, now, ago } = small
  const day = 86_400_000
  const engaged = start().group((g) => g.event('opened', (e) => e.within('30 days')))
  const opened = { id: 'ann', events: [{ id: '1', name: 'opened', at: ago(29 * day) }] }
  expect(nextChangeAt(engaged, opened, { schema: crm, now })).toEqual(new Date(ago(-day)))
  expect(nextChangeAt(engaged, { id: 'bob' }, { schema: crm, now })).toBeUndefined()
  const tagged = start().group((g) => g.tag('VIP', last('7 days')))
  const given = { id: 'ann', tags: [{ tag: 'VIP', at: ago(6 * day) }] }
  expect(nextChangeAt(tagged, given, { schema: crm, now })).toEqual(new Date(ago(-day)))
})
