import {
  type AnySegment,
  canonical,
  checkedRule,
  compileSegment,
  decodeSegment,
  dependencies,
  encodeSegment,
  type EventRecord,
  type EventSelection,
  format,
  type Node,
  type Person,
  preparePerson,
} from '@segmentry/core'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { membersQuery, whichQuery } from '../../packages/postgres/src/compile/query.ts'
import type { BoundSource } from '../../packages/postgres/src/source/bind.ts'
import { settled } from './accounts.ts'
import { base, clock, schema } from './arbitrary.ts'
import { bound, canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'
import { fullPopulation, mixedSegment } from './rounds.ts'
import { told } from './told.ts'

// What must not matter, and what has to turn round: asked in process and in SQL, of the segments and people of the differential
// suite. No other evaluator is needed to see that one of these is broken.

const segmentsEach = 6
const numRuns = Math.ceil(Number(process.env['SEGMENTRY_TRIPLES'] ?? 60_000) / 2000)

/** Numbers that decide an order; of each list they decide from its length on. */
type Order = readonly number[]

const permuted = <T>(all: readonly T[], order: Order): readonly T[] =>
  all
    .map((one, i) => [order[(i + all.length) % order.length]!, one] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, one]) => one)

/** A rule with its groups, filters and conditions in another order, at every depth. */
function reordered(node: Node, order: Order): Node {
  const selection = <S extends EventSelection>(one: S): S => ({
    ...one,
    ...(one.at && { at: permuted(one.at, order) }),
    ...(one.where && { where: permuted(one.where, order) }),
  })
  switch (node.kind) {
    case 'all':
    case 'any':
      return {
        ...node,
        of: permuted(
          node.of.map((one) => reordered(one, order)),
          order,
        ),
      }
    case 'not':
      return { ...node, of: reordered(node.of, order) }
    case 'segment':
      return typeof node.of === 'string'
        ? node
        : { ...node, of: { ...node.of, rule: reordered(node.of.rule, order) } }
    case 'event':
      return selection(node)
    case 'more':
      return { ...node, events: selection(node.events), than: selection(node.than) }
    case 'sequence':
      return { ...node, steps: node.steps.map(selection) }
    case 'account':
      return {
        ...node,
        ...(node.where && { where: permuted(node.where, order) }),
        ...(node.people && {
          people: permuted(
            node.people.map(({ are, of }) => ({ are, of: reordered(of, order) })),
            order,
          ),
        }),
      }
    default:
      return node
  }
}

/** People to whom more has happened: events of these names, in the middle of what they have. */
const withMore = (people: readonly Person[], names: readonly string[]): readonly Person[] =>
  settled(
    people.map((person) => {
      const more = names.flatMap((name): EventRecord[] => [
        { name, id: `${person.id}/0 ${name}`, at: new Date(base - 3_600_000).toISOString() },
        ...(person.events ?? []).slice(0, 3).map((one) => ({ ...one, name, id: `${one.id} ${name}` })),
      ])
      return { ...person, events: [...more, ...(person.events ?? [])] }
    }),
  )

const inProcess = (made: AnySegment, people: readonly Person[], now: number): readonly string[] => {
  const isMember = compileSegment(made, schema)
  return people.filter((person) => isMember(preparePerson(schema, person), now)).map(({ id }) => id)
}

const modes = ['set', 'point'] as const

/** Whom SQL finds in both modes: of each rule, those of the one and then those of the other. */
async function inSql(
  db: Kysely<unknown>,
  rules: readonly Node[],
  source: BoundSource,
  now: number,
): Promise<readonly (readonly string[])[]> {
  const lists = rules.flatMap((rule) =>
    modes.map(
      (mode) =>
        sql`(select coalesce(json_agg(m.id), '[]') from (${membersQuery(rule, { source, now, mode })}) as m)`,
    ),
  )
  const { rows } = await sql<{
    found: string
  }>`select json_build_array(${sql.join(lists)})::text as found`.execute(db)
  return JSON.parse(rows[0]!.found) as string[][]
}

const complement = ({ definition }: AnySegment): AnySegment => ({
  definition: {
    format,
    rule: { kind: 'not', of: { kind: 'segment', of: definition } },
  },
})

interface Case {
  readonly made: readonly AnySegment[]
  readonly people: readonly Person[]
  readonly now: number
  readonly order: Order
}

const cases = (asked: fc.Arbitrary<AnySegment>): fc.Arbitrary<Case> =>
  fc.record({
    made: fc.array(asked, { minLength: segmentsEach, maxLength: segmentsEach }),
    people: fullPopulation({ storable: true }),
    now: clock,
    order: fc.array(fc.nat(100), { minLength: 7, maxLength: 7 }),
  })

describe.each(layouts.map((layout) => [layout.name, layout] as const))(
  'in process and on %s',
  (_, layout) => {
    let backend: Backend
    let source: BoundSource
    beforeAll(async () => {
      backend = await backends.pglite()
      await createLayout(backend.db, layout)
      source = await bound(backend.db, layout)
    })
    afterAll(() => backend.close())

    const asked = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
    const fill = async (people: readonly Person[]): Promise<void> => {
      for (const statement of layout.fill(people)) await statement.execute(backend.db)
    }
    const ruleOf = (made: AnySegment): Node => canonical(checkedRule(made, schema))

    /** Throws where one of the segments has other members than it should, in process or in SQL. */
    const expectMembers = async (
      { people, now }: Pick<Case, 'people' | 'now'>,
      segments: readonly AnySegment[],
      expected: readonly (readonly string[])[],
      // A rule is put into its one form before it is asked, which would undo another order.
      rules: readonly Node[] = segments.map(ruleOf),
    ): Promise<void> => {
      const found = await inSql(backend.db, rules, source, now)
      for (const [i, segment] of segments.entries()) {
        const answers = [
          ['in process', inProcess(segment, people, now)],
          ...modes.map((mode, at) => [`SQL (${mode})`, found[i * modes.length + at]!] as const),
        ] as const
        for (const [by, ids] of answers) {
          const [actual, wanted] = [ids.toSorted(), expected[i]!.toSorted()]
          if (JSON.stringify(actual) === JSON.stringify(wanted)) continue
          const query = membersQuery(rules[i]!, { source, now, mode: by === 'SQL (set)' ? 'set' : 'point' })
          throw new Error(
            told({ segment, schema, population: people, now, by, query, actual, expected: wanted }),
          )
        }
      }
    }

    const holds = (check: (one: Case) => Promise<void>): Promise<void> =>
      fc.assert(fc.asyncProperty(cases(asked), check), { numRuns })

    test('a segment and its complement partition the population', () =>
      holds(async ({ made, people, now }) => {
        await fill(people)
        const members = made.map((one) => inProcess(one, people, now))
        const others = members.map((ids) => people.map(({ id }) => id).filter((id) => !ids.includes(id)))
        await expectMembers({ people, now }, [...made, ...made.map(complement)], [...members, ...others])
      }))

    test('the order of groups, filters and conditions changes nothing', () =>
      holds(async ({ made, people, now, order }) => {
        await fill(people)
        const other = made.map(({ definition }): AnySegment => ({
          definition: { ...definition, rule: reordered(definition.rule, order) },
        }))
        const members = made.map((one) => inProcess(one, people, now))
        await expectMembers({ people, now }, other, members)
        const rules = made.map((one) => reordered(ruleOf(one), order))
        await expectMembers({ people, now }, other, members, rules)
      }))

    test('events that a segment does not depend on change nothing', () =>
      holds(async ({ made, people, now }) => {
        const members = made.map((one) => inProcess(one, people, now))
        const read = new Set(made.flatMap((one) => dependencies(one).events))
        const names = ['unheard of', ...schema.events.keys()].filter((name) => !read.has(name))
        const more = withMore(people, names)
        await fill(more)
        await expectMembers({ people: more, now }, made, members)
      }))

    test('what is decoded means what was encoded', () =>
      holds(async ({ made, people, now }) => {
        await fill(people)
        const decoded = made.map((one) => decodeSegment(encodeSegment(one), schema))
        await expectMembers(
          { people, now },
          decoded,
          made.map((one) => inProcess(one, people, now)),
        )
      }))

    test('a person alone is the person in the crowd', () =>
      holds(async ({ made, people, now }) => {
        await fill(people)
        const members = made.map((one) => inProcess(one, people, now))
        await expectMembers({ people, now }, made, members)
        const rules = made.map(ruleOf)
        for (const { id } of people.slice(0, 4)) {
          const query = whichQuery(rules, [id], { source, now, mode: 'point' })
          const { rows } = await query.execute(backend.db)
          const held = rows[0]!.held.slice(1, -1).split(',')
          for (const [i, segment] of made.entries()) {
            const [actual, expected] = [held[i] === 't', members[i]!.includes(id)].map((is) =>
              is ? [id] : [],
            )
            if (actual!.length === expected!.length) continue
            throw new Error(
              told({
                segment,
                schema,
                population: people,
                now,
                query,
                by: `SQL (of '${id}' alone)`,
                actual: actual!,
                expected: expected!,
              }),
            )
          }
        }
      }))
  },
)
