import { createMongoAbility } from '@casl/ability'
import {
  compileSegment,
  compileSegments,
  defineSchema,
  integer,
  oneOf,
  atLeast,
  preparePerson,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import { LogicEngine } from 'json-logic-engine'
import { Engine } from 'json-rules-engine'
import sift from 'sift'
import { timingOf } from './measure.ts'

// One rule, many people, in one process: (country in US, CA and visits from 500 and tagged VIP) or plan is pro.

const schema = defineSchema({ fields: { country: text(), plan: text(), visits: integer() }, tags: ['VIP'] })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

interface Plain {
  readonly id: string
  readonly country: string
  readonly plan: string
  readonly visits: number
  readonly tags: readonly string[]
}

const countries = ['US', 'CA', 'GB', 'DE', 'FR']
const people = (n: number): readonly Plain[] =>
  Array.from({ length: n }, (_, i) => ({
    id: String(i),
    country: countries[(i * 7) % 5]!,
    plan: i % 11 === 0 ? 'pro' : 'free',
    visits: (i * 7919) % 1000,
    tags: i % 4 === 0 ? ['VIP'] : [],
  }))

const rule = segment()
  .group((g) => g.field('country', oneOf('US', 'CA')).field('visits', atLeast(500)).tag('VIP'))
  .group((g) => g.field('plan', 'pro'))

const byHand = (person: Plain): boolean =>
  ((person.country === 'US' || person.country === 'CA') &&
    person.visits >= 500 &&
    person.tags.includes('VIP')) ||
  person.plan === 'pro'

const logic = {
  or: [
    {
      and: [
        { in: [{ var: 'country' }, ['US', 'CA']] },
        { '>=': [{ var: 'visits' }, 500] },
        { in: ['VIP', { var: 'tags' }] },
      ],
    },
    { '==': [{ var: 'plan' }, 'pro'] },
  ],
}

const mongo = {
  $or: [{ country: { $in: ['US', 'CA'] }, visits: { $gte: 500 }, tags: 'VIP' }, { plan: 'pro' }],
}

function rulesEngine(): (person: Plain) => Promise<boolean> {
  const engine = new Engine([
    {
      conditions: {
        any: [
          {
            all: [
              { fact: 'country', operator: 'in', value: ['US', 'CA'] },
              { fact: 'visits', operator: 'greaterThanInclusive', value: 500 },
              { fact: 'tags', operator: 'contains', value: 'VIP' },
            ],
          },
          { fact: 'plan', operator: 'equal', value: 'pro' },
        ],
      },
      event: { type: 'member' },
    },
  ])
  return async (person) => (await engine.run({ ...person })).events.length > 0
}

/** One way of asking. */
export interface InProcessResult {
  readonly name: string
  /** Nanoseconds for one person and one rule: the median of the rounds. */
  readonly nanoseconds: number
  /** How many times as long as by hand. */
  readonly ratio: number
  readonly agreed: boolean
}

/** Measures ways to ask whether people match, in turns. */
export async function measureInProcess(count: number, rounds: number): Promise<readonly InProcessResult[]> {
  const population = people(count)
  const prepared = population.map(({ id, tags, ...fields }) => preparePerson(schema, { id, tags, fields }))
  const isMember = compileSegment(rule, schema)
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`s${i}`, varied(i)]))
  const membership = compileSegments(many, schema)
  const singles = Object.values(many).map((one) => compileSegment(one, schema))
  // It knows no $or: alternatives are rules of their own.
  const ability = createMongoAbility(
    mongo.$or.map((conditions) => ({ action: 'be', subject: 'member', conditions })),
    { detectSubjectType: () => 'member' },
  )
  const jsonLogic = new LogicEngine().build(logic) as (person: Plain) => boolean
  const matches = sift.default(mongo) as (person: Plain) => boolean
  const runRules = rulesEngine()
  const some = Math.ceil(count / 50)

  // Counts what it finds, so that no work can be left out, and so that all can be compared.
  const tally = (of: number, ask: (i: number) => boolean) => async () => {
    let found = 0
    for (let i = 0; i < of; i++) if (ask(i)) found += 1
    return found
  }
  const expected = (of: number): number => population.slice(0, of).filter(byHand).length
  const pairs = Math.min(count, 200)
  let total = 0
  for (let i = 0; i < pairs; i++) for (const one of singles) if (one(prepared[i]!, 0)) total += 1

  const contenders = [
    {
      name: 'by hand',
      of: count,
      asks: count,
      run: tally(count, (i) => byHand(population[i]!)),
      finds: expected(count),
    },
    {
      name: 'segmentry, a prepared person',
      of: count,
      asks: count,
      run: tally(count, (i) => isMember(prepared[i]!, 0)),
      finds: expected(count),
    },
    {
      name: 'json-logic-engine, built',
      of: count,
      asks: count,
      run: tally(count, (i) => jsonLogic(population[i]!)),
      finds: expected(count),
    },
    {
      name: 'casl',
      of: count,
      asks: count,
      run: tally(count, (i) => ability.can('be', population[i]! as never)),
      finds: expected(count),
    },
    {
      name: 'sift',
      of: count,
      asks: count,
      run: tally(count, (i) => matches(population[i]!)),
      finds: expected(count),
    },
    {
      name: 'json-rules-engine',
      of: some,
      asks: some,
      run: async () => {
        let found = 0
        for (let i = 0; i < some; i++) if (await runRules(population[i]!)) found += 1
        return found
      },
      finds: expected(some),
    },
    {
      name: 'segmentry, 1,000 rules one by one',
      of: pairs,
      asks: pairs * 1000,
      run: tally(pairs, (i) => singles.filter((one) => one(prepared[i]!, 0)).length < 0),
      finds: 0,
    },
    {
      name: 'segmentry, 1,000 rules at once',
      of: pairs,
      asks: pairs * 1000,
      run: async () => {
        let found = 0
        for (let i = 0; i < pairs; i++) found += membership(prepared[i]!, 0).length
        return found
      },
      finds: total,
    },
    {
      name: 'preparing a person',
      of: count,
      asks: count,
      run: tally(count, (i) => {
        const { id, tags, ...fields } = population[i]!
        return preparePerson(schema, { id, tags, fields }).id !== id
      }),
      finds: 0,
    },
  ]
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  const agreed = new Map<string, boolean>()
  for (let round = -2; round < rounds; round++) {
    for (const { name, asks, run, finds } of contenders) {
      const start = performance.now()
      const found = await run()
      const nanoseconds = ((performance.now() - start) * 1e6) / asks
      if (round >= 0) times.get(name)!.push(nanoseconds)
      agreed.set(name, (agreed.get(name) ?? true) && found === finds)
    }
  }
  const hand = timingOf(times.get('by hand')!).median
  return contenders.map(({ name }) => {
    const { median } = timingOf(times.get(name)!)
    return { name, nanoseconds: median, ratio: median / hand, agreed: agreed.get(name)! }
  })
}

/** Rules that share many of their filters, as a company's segments do. */
const varied = (i: number) =>
  segment()
    .group((g) => g.field('country', countries[i % 5]!).field('visits', atLeast((i % 40) * 25)))
    .group((g) =>
      g
        .tag('VIP')
        .field('plan', i % 2 === 0 ? 'pro' : 'free')
        .field('visits', atLeast((i % 97) * 10)),
    )
