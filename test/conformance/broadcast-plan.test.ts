import { bucketOf } from '@segmentry/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from './database.ts'
import { type Broadcast, defineBroadcast, type Suppression } from '@segmentry/broadcast'
import { type CrmPerson, openCrm, schema, segments } from '../../packages/broadcast/test/crm.ts'

// Everybody's reason, worked out one person at a time from the description of a plan, beside the plan's one statement.

const addresses = [
  'a@x.org',
  ' A@X.org',
  'b@x.org',
  'B@x.ORG\t',
  'c@x.org',
  'd@x.org',
  'no address',
  'two@at@x.org',
  '',
  null,
]
const tags = ['vip', 'churned', 'staff']

const population = fc
  .array(
    fc.record({
      email: fc.constantFrom(...addresses),
      optedOut: fc.constantFrom(true, false, null),
      plan: fc.constantFrom('pro', 'free'),
      tags: fc.subarray(tags),
    }),
    { maxLength: 12 },
  )
  .map((people): readonly CrmPerson[] =>
    people.map(({ tags: own, ...fields }, i) => ({
      id: `p${String(i).padStart(2, '0')}`,
      fields,
      tags: own,
    })),
  )

const settings = fc.record(
  {
    optOut: fc.constantFrom(
      { field: 'optedOut' as const },
      { field: 'optedOut' as const, missing: 'send' as const },
      { field: 'optedOut' as const, missing: 'skip' as const },
    ),
    holdOut: fc.record({ percent: fc.constantFrom(0, 12.5, 50, 99.99), salt: fc.constantFrom('one', 'two') }),
    variants: fc.constantFrom({ a: 50, b: 50 }, { a: 33.33, b: 33.33, c: 33.34 }, { only: 100 }),
    topic: fc.constantFrom('news', 'tips'),
  },
  { requiredKeys: [] },
)
const suppressions: fc.Arbitrary<readonly Suppression[]> = fc.uniqueArray(
  fc.record(
    { address: fc.constantFrom('a@x.org', 'B@x.org', 'c@x.org'), topic: fc.constantFrom('news', 'tips') },
    { requiredKeys: ['address'] },
  ),
  { maxLength: 3, selector: ({ address, topic }) => `${address} ${topic}` },
)

const keyOf = (email: unknown): string | undefined => {
  if (typeof email !== 'string') return undefined
  const key = email.trim().toLowerCase()
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(key) ? key : undefined
}

/** What becomes of each person who is meant. */
function worked(
  broadcast: Broadcast,
  people: readonly CrmPerson[],
  suppressed: readonly Suppression[],
): ReadonlyMap<string, { reason: string; variant?: string }> {
  const { optOut, holdOut, variants, topic } = broadcast
  const has = ({ tags: own = [] }: CrmPerson, tag: string): boolean => own.includes(tag)
  const email = ({ fields }: CrmPerson): unknown => fields!['email']
  const out = ({ fields }: CrmPerson): boolean => optOut !== undefined && fields!['optedOut'] === true
  const same = (one: CrmPerson, other: CrmPerson): boolean =>
    keyOf(email(one)) !== undefined && keyOf(email(one)) === keyOf(email(other))
  const meant = people.filter((one) => has(one, 'vip') || one.fields!['plan'] === 'pro')
  const reasons = new Map<string, { reason: string; variant?: string }>()
  const taken = new Set<string>()
  for (const one of meant) {
    const key = keyOf(email(one))
    const number = (salt: string): number => bucketOf(salt, one.id)
    const isSuppressed = suppressed.some(
      (given) => keyOf(given.address) === key && (given.topic === undefined || given.topic === topic),
    )
    const reason = has(one, 'churned')
      ? 'excluded churned'
      : has(one, 'staff')
        ? 'excluded staff'
        : out(one)
          ? 'opted-out'
          : typeof email(one) !== 'string' || (email(one) as string).trim() === ''
            ? 'no-address'
            : key === undefined
              ? 'bad-address'
              : people.some((other) => same(one, other) && has(other, 'churned'))
                ? 'excluded churned'
                : people.some((other) => same(one, other) && has(other, 'staff'))
                  ? 'excluded staff'
                  : people.some((other) => same(one, other) && out(other))
                    ? 'opted-out'
                    : isSuppressed
                      ? 'suppressed'
                      : optOut && optOut.missing !== 'send' && one.fields!['optedOut'] === null
                        ? 'undecided'
                        : taken.has(key)
                          ? 'duplicate'
                          : 'first'
    if (reason !== 'first') {
      reasons.set(one.id, { reason })
      continue
    }
    taken.add(key!)
    if (holdOut && number(holdOut.salt!) < holdOut.percent * 100) {
      reasons.set(one.id, { reason: 'held-out' })
      continue
    }
    let end = 0
    const variant = Object.entries(variants ?? {}).find(
      ([, percent]) => number(`${broadcast.key}/variant`) < (end += percent * 100),
    )
    reasons.set(one.id, { reason: 'to send', ...(variant && { variant: variant[0] }) })
  }
  return reasons
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  test('a plan says what is worked out one by one, and the ledger says what was planned', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(population, settings, suppressions, async (people, given, suppressed) => {
        runs += 1
        const crm = await openCrm(backend, ...people)
        await crm.broadcasts.suppress(suppressed)
        const broadcast: Broadcast = defineBroadcast(schema, {
          key: `news-${runs}`,
          audience: {
            include: { vip: segments.vip, pro: segments.pro },
            exclude: { churned: segments.churned, staff: segments.staff },
          },
          address: 'email',
          ...(given as object),
        })
        const expected = worked(broadcast, people, suppressed)
        const count = (fits: (reason: string, variant?: string) => boolean): number =>
          [...expected.values()].filter(({ reason, variant }) => fits(reason, variant)).length
        const plan = await crm.broadcasts.plan(broadcast, { sampleSize: 100 })
        expect(plan.considered).toBe(expected.size)
        expect(plan.toSend).toBe(count((reason) => reason === 'to send'))
        for (const [reason, n] of Object.entries(plan.leftOut)) {
          expect([reason, n]).toEqual([reason, count((one) => one.split(' ')[0] === reason)])
        }
        for (const [key, n] of Object.entries(plan.excluded)) {
          expect([key, n]).toEqual([key, count((one) => one === `excluded ${key}`)])
        }
        for (const [key, n] of Object.entries(plan.variants)) {
          expect([key, n]).toEqual([key, count((_, variant) => variant === key)])
        }
        const sampled = [...expected].filter(([, { reason }]) => reason === 'to send').map(([id]) => id)
        expect(plan.samples.toSend).toEqual(sampled)

        const transport = { name: 'test', batch: 5, concurrency: 2, bare: true, send: send() }
        const sending = crm.broadcasts.send(broadcast, { transport, confirm: plan.toSend })
        if (plan.leftOut.undecided > 0 && broadcast.optOut?.missing === undefined) {
          await expect(sending).rejects.toMatchObject({ code: 'undecided' })
        } else {
          expect(await (await sending).finished).toMatchObject({ state: 'done', sent: plan.toSend })
          for (const [id, { reason, variant }] of expected) {
            const row = await crm.broadcasts.recipient(broadcast.key, id)
            expect([id, row?.status, row?.reason, row?.variant]).toEqual(
              reason === 'to send'
                ? [id, 'sent', undefined, variant]
                : [id, 'skipped', reason.split(' ')[0], undefined],
            )
          }
        }
        await crm.close()
      }),
      { numRuns: name === 'postgres' ? 60 : 20 },
    )
  })
})

const send =
  () =>
  (messages: readonly unknown[]): Promise<{ status: 'sent' }[]> =>
    Promise.resolve(messages.map(() => ({ status: 'sent' as const })))
