import assert from 'node:assert/strict'
import { bucketOf } from '@segmentry/core'
import type { Decision } from '../contract.ts'
import { at, branchesOf, byState, type Cases, crowd, ninetyDaysAgo, refused } from './case.ts'

// What a split means, as cases: written against the contract alone, so that every adapter passes the same.

const badIds = [
  'nobody',
  '',
  '\0',
  'no\0body',
  '\uD800',
  '-1',
  '42',
  "'; drop table people; --",
  'x'.repeat(5_000),
]

/** Where people go. */
export const routing: Cases = {
  'the first branch that fits decides, in the order of the plan': async ({ flow }) => {
    const decisions = await flow.split({ ...byState, subjects: ['ann', 'bob', 'cy'] })
    assert.deepEqual(branchesOf(decisions), ['vip', 'californians', 'everyone'])
    const turned = { ...byState, branches: byState.branches.toReversed() }
    assert.deepEqual(branchesOf(await flow.split({ ...turned, subjects: ['ann'] })), ['californians'])
  },

  'a decision says where, why, when and by what, in a little JSON': async ({ flow }) => {
    const [decision] = await flow.split({ ...byState, subjects: ['ann'] })
    const { version, ...rest } = decision
    assert.deepEqual(rest, {
      subject: 'ann',
      branch: 'vip',
      index: 0,
      reason: 'segment',
      matched: ['vip', 'californians'],
      at,
    })
    assert.match(version, /^[0-9a-f]{16}$/)
    assert.deepEqual(JSON.parse(JSON.stringify(decision)), decision)
    assert.ok(JSON.stringify(decision).length < 200)
  },

  'whom no branch fits goes otherwise': async ({ flow }) => {
    const [decision] = await flow.split({ ...byState, subjects: ['cy'] })
    const { branch, index, reason, matched } = decision
    assert.deepEqual(
      { branch, index, reason, matched },
      { branch: 'everyone', index: -1, reason: 'otherwise', matched: [] },
    )
  },

  'answers stand in the order of the subjects, repeated ones included': async ({ flow }) => {
    const subjects = ['cy', 'ann', 'cy', '__proto__', 'a/b?c=d&e f%2F']
    const decisions = await flow.split({ ...byState, subjects })
    assert.deepEqual(
      decisions.map(({ subject }) => subject),
      subjects,
    )
    assert.deepEqual(branchesOf(decisions), ['everyone', 'vip', 'everyone', 'vip', 'vip'])
    assert.deepEqual(await flow.split({ ...byState, subjects: [] }), [])
  },

  'many people are one question': async ({ flow, asked }) => {
    const before = asked?.()
    const decisions = await flow.split({ ...byState, subjects: crowd })
    assert.deepEqual(
      branchesOf(decisions),
      crowd.map((_, i) => (i % 10 === 0 ? 'californians' : 'everyone')),
    )
    if (before !== undefined) assert.equal(asked!() - before, 1)
  },

  'an id that the population does not have, or that can be none, fails nobody': async ({ flow }) => {
    const subjects = ['ann', ...badIds, 'bob']
    const decisions = await flow.split({ ...byState, subjects })
    assert.deepEqual(branchesOf(decisions), ['vip', ...badIds.map(() => 'everyone'), 'californians'])
    for (const { reason, index, matched } of decisions.slice(1, -1)) {
      assert.deepEqual({ reason, index, matched }, { reason: 'not-found', index: -1, matched: [] })
    }
    assert.deepEqual(
      decisions.map(({ subject }) => subject),
      subjects,
    )
  },

  'missing people have a branch of their own, or that of others, or are an error': async ({ flow }) => {
    const subjects = ['nobody', 'ann']
    const own = await flow.split({ ...byState, missing: { branch: 'strangers' }, subjects })
    assert.deepEqual(
      own.map(({ branch, index }) => [branch, index]),
      [
        ['strangers', -1],
        ['vip', 0],
      ],
    )
    const shared = await flow.split({ ...byState, missing: { branch: 'californians' }, subjects })
    assert.deepEqual(
      shared.map(({ branch, index, reason }) => [branch, index, reason]),
      [
        ['californians', 1, 'not-found'],
        ['vip', 0, 'segment'],
      ],
    )
    const strict = () => flow.split({ ...byState, missing: 'error', subjects })
    assert.match(await refused(strict, 'person-not-found', false), /'nobody'/)
    assert.deepEqual(branchesOf(await flow.split({ ...byState, missing: 'error', subjects: ['ann'] })), [
      'vip',
    ])
  },

  'shares take the stable numbers one after the other, from those whom no segment took': async ({ flow }) => {
    const plan = {
      branches: [
        { key: 'first', percent: 12.5 },
        { key: 'californians', when: 'west' },
        { key: 'second', percent: 30 },
      ],
      otherwise: 'rest',
      salt: 'spring',
      at,
    } as const
    const decisions = await flow.split({ ...plan, subjects: crowd })
    const expected = crowd.map((id, i) => {
      const number = bucketOf('spring', id)
      if (number < 1_250) return 'first'
      if (i % 10 === 0) return 'californians'
      return number < 4_250 ? 'second' : 'rest'
    })
    assert.deepEqual(branchesOf(decisions), expected)
    for (const key of ['first', 'californians', 'second', 'rest'])
      assert.ok((expected as readonly string[]).includes(key))
    assert.ok(decisions.every(({ branch, reason }) => (reason === 'percent') === /first|second/.test(branch)))

    const whole = [
      { key: 'a', percent: 33.33 },
      { key: 'b', percent: 66.67 },
    ]
    const halves = await flow.split({ ...plan, branches: whole, subjects: crowd })
    assert.ok(!branchesOf(halves).includes('rest'))
    const drawnAnew = await flow.split({ ...plan, branches: whole, salt: 'autumn', subjects: crowd })
    assert.notDeepEqual(branchesOf(drawnAnew), branchesOf(halves))
    const [stranger] = await flow.split({ ...plan, branches: whole, subjects: ['nobody'] })
    assert.equal(stranger.reason, 'not-found')
  },

  'a decision names every branch that would have fitted, or only the one it took': async ({ flow }) => {
    const branches = [...byState.branches, { key: 'half', percent: 100 }]
    const request = { ...byState, branches, salt: 's', subjects: ['ann', 'cy'] } as const
    const matched = (decisions: readonly Decision[]) => decisions.map((decision) => decision.matched)
    assert.deepEqual(matched(await flow.split(request)), [['vip', 'californians', 'half'], ['half']])
    assert.deepEqual(matched(await flow.split({ ...request, explain: 'first' })), [['vip'], ['half']])
  },

  'the clock is that of the request, and of the evaluator without one': async ({ flow }) => {
    const branches = [{ key: 'active', when: 'engaged' }]
    const plan = { branches, otherwise: 'quiet', subjects: ['dot', 'eve'] } as const
    assert.deepEqual(branchesOf(await flow.split({ ...plan, at })), ['active', 'quiet'])
    const then = await flow.split({ ...plan, at: ninetyDaysAgo })
    assert.deepEqual(branchesOf(then), ['quiet', 'active'])
    assert.deepEqual(
      then.map((decision) => decision.at),
      [ninetyDaysAgo, ninetyDaysAgo],
    )
    const [one, other] = await flow.split(plan)
    assert.equal(one.at, other.at)
    assert.match(one.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  },

  'asked again at the same instant, everything is the same': async ({ flow }) => {
    const request = { ...byState, subjects: ['ann', 'nobody', ...crowd.slice(0, 20)] }
    assert.deepEqual(await flow.split(request), await flow.split(request))
  },

  'equal versions decide alike, another order is another version': async ({ flow }) => {
    const versionOf = async (change: object): Promise<string> => {
      const [decision] = await flow.split({ ...byState, ...change, subjects: ['ann'] })
      return decision.version
    }
    const version = await versionOf({})
    assert.equal(await versionOf({ explain: 'first', salt: 'unused' }), version)
    const changes = [
      { branches: byState.branches.toReversed() },
      { branches: byState.branches.slice(0, 1) },
      { branches: [byState.branches[0], { key: 'californians', when: 'pro' }] },
      { otherwise: 'others' },
      { missing: { branch: 'strangers' } },
    ]
    const versions = new Set(await Promise.all(changes.map(versionOf)))
    assert.equal(versions.size, changes.length)
    assert.ok(!versions.has(version))
  },

  'names that objects have anyway are names like others': async ({ flow }) => {
    const branches = [
      { key: 'constructor', when: 'vip' },
      { key: '1', when: 'west' },
      { key: '0', when: 'pro' },
    ]
    const decisions = await flow.split({
      branches,
      otherwise: '__proto__',
      at,
      subjects: ['ann', 'bob', 'cy'],
    })
    assert.deepEqual(branchesOf(decisions), ['constructor', '1', '__proto__'])
    assert.deepEqual(decisions[0]?.matched, ['constructor', '1', '0'])
  },

  'single people at the same time do not meet each other': async ({ flow }) => {
    const some = crowd.slice(0, 50)
    const decisions = await Promise.all(
      some.map((subject) => flow.split({ ...byState, subjects: [subject] })),
    )
    assert.deepEqual(
      decisions.flat().map(({ subject, branch }) => [subject, branch]),
      some.map((id, i) => [id, i % 10 === 0 ? 'californians' : 'everyone']),
    )
  },

  'segments are listed with what people call them': async ({ flow }) => {
    const listed = await flow.segments()
    assert.deepEqual(
      listed.map(({ key, title }) => [key, title]),
      [
        ['vip', 'Our best'],
        ['west', 'west'],
        ['pro', 'pro'],
        ['engaged', 'engaged'],
      ],
    )
    assert.equal(listed[0]?.description, 'Whom we call by name.')
    assert.equal(new Set(listed.map(({ version }) => version)).size, 4)
    assert.deepEqual(await flow.segments(), listed)
  },
}
