import {
  choice,
  defineSchema,
  encodeSegments,
  integer,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { openRevisions, type RevisionError, type Revisions, type RevisionsSettings } from '../src/index.ts'

// Revisions on a server and in the embedded database.

const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), visits: integer() },
  tags: ['VIP', 'churned'],
})
type Crm = SchemaOf<typeof schema>
const { segment } = segmentry<Crm>(schema)

const vip = segment().group((g) => g.tag('VIP'))
const pro = segment().group((g) => g.field('plan', 'pro'))
const best = segment().group((g) => g.in(vip).in(pro))
const first = { vip, pro, best }
const narrow = segment().group((g) => g.tag('VIP').field('state', 'CA'))
const second = { vip: narrow, pro, best: segment().group((g) => g.in(narrow).in(pro)) }

const refused = async (work: Promise<unknown>): Promise<RevisionError> => {
  try {
    await work
  } catch (error) {
    expect(error).toMatchObject({ _tag: 'RevisionError' })
    return error as RevisionError
  }
  throw new Error('it was not refused')
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  let places = 0
  /** Revisions in a schema of the database of their own. */
  const opened = (settings: RevisionsSettings = { schema: `r${(places += 1)}` }): Promise<Revisions> =>
    openRevisions(schema, backend.connection, settings)
  const place = (): string => `r${places}`

  test('what was applied is read back, by number and by time', async () => {
    const revisions = await opened()
    expect(await revisions.current()).toBeUndefined()
    expect(await revisions.history()).toEqual([])
    expect(await revisions.at(new Date())).toBeUndefined()

    const one = await revisions.apply(first, { author: 'ann', commit: 'c0ffee', reason: 'to begin with' })
    expect(one).toEqual({
      isNew: true,
      views: { made: [], replaced: [], dropped: [], refused: [] },
      revision: {
        number: 1,
        author: 'ann',
        commit: 'c0ffee',
        reason: 'to begin with',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        fields: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        changes: ['best', 'pro', 'vip'].map((key) => ({ kind: 'added', key })),
      },
    })
    const two = await revisions.apply(second, { author: 'bob', expects: 1 })
    expect(two.revision).toMatchObject({ number: 2, parent: 1, author: 'bob' })
    // What refers to a changed segment has changed too.
    expect(two.revision.changes).toEqual([
      { kind: 'changed', key: 'best', what: 'rule' },
      { kind: 'changed', key: 'vip', what: 'rule' },
    ])

    const now = await revisions.current()
    expect(encodeSegments(now!.segments)).toEqual(encodeSegments(second))
    expect(now).toMatchObject({ number: 2, unsuitable: {} })
    const then = await revisions.at(one.revision.at)
    expect(then!.note).toContain('Fields have no history')
    // Both may be of one millisecond; the later one holds then.
    if (one.revision.at !== two.revision.at) {
      expect(encodeSegments(then!.segments)).toEqual(encodeSegments(first))
    }
    expect(await revisions.at('2020-01-01T00:00:00Z')).toBeUndefined()
    expect((await revisions.history()).map(({ number }) => number)).toEqual([2, 1])
    expect((await revisions.history({ limit: 1 })).map(({ number }) => number)).toEqual([2])
    expect((await revisions.history({ segment: 'pro' })).map(({ number }) => number)).toEqual([1])
    expect(await revisions.history({ segment: 'nobody' })).toEqual([])
    await revisions.close()
  })

  test('what changes nothing makes no revision, however it is written', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    const same = {
      best: segment().group((g) => g.in(pro).in(vip)),
      pro,
      vip: segment().group((g) => g.tag('VIP').tag('VIP')),
    }
    const again = await revisions.apply(same, { author: 'bob', reason: 'nothing' })
    expect([again.isNew, again.revision.number, again.revision.author]).toEqual([false, 1, 'ann'])
    const titled = await revisions.apply({ ...first, pro: pro.titled('Paying') }, { author: 'bob' })
    expect(titled.revision.changes).toContainEqual({ kind: 'changed', key: 'pro', what: 'text' })
  })

  test('an empty set can be the first, and a definition is stored once', async () => {
    const revisions = await opened()
    const none = await revisions.apply({}, { author: 'ann' })
    expect(none).toMatchObject({ isNew: true, revision: { number: 1, changes: [] } })
    expect((await revisions.apply({}, { author: 'ann' })).isNew).toBe(false)
    await revisions.apply({ vip, other: vip.titled('x') }, { author: 'ann' })
    await revisions.apply({ vip }, { author: 'ann' })
    await revisions.apply({ vip, pro }, { author: 'ann' })
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int4 as n from ${sql.id(place(), 'definitions')}`.execute(backend.db)
    expect(rows[0]!.n).toBe(3)
  })

  test('no revision is before its parent, also where the clock was set back', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    const ahead = '2100-01-01T00:00:00.000Z'
    await sql`update ${sql.id(place(), 'revisions')} set at = ${ahead}::timestamptz`.execute(backend.db)
    expect((await revisions.apply(second, { author: 'bob' })).revision.at).toBe(ahead)
    expect((await revisions.at(ahead))!.number).toBe(2)
    expect(await revisions.at('2099-12-31T23:59:59.999Z')).toBeUndefined()
  })

  test('texts are kept as they are', async () => {
    const revisions = await opened()
    const odd = { 'a "key" é': vip.titled('a\u0000b \uD800 "c" \u2028'), toString: pro, '2': pro, '10': vip }
    await revisions.apply(odd, { author: "o'neill \u202E", reason: 'α' })
    const { segments, author } = (await revisions.current())!
    expect(author).toBe("o'neill \u202E")
    expect(encodeSegments(segments)).toEqual(encodeSegments(odd))
    expect((await revisions.apply(odd, { author: 'ann' })).isNew).toBe(false)
  })

  test('a plan that was made against another revision is refused, with both', async () => {
    const revisions = await opened()
    const early = await refused(revisions.apply(first, { author: 'ann', expects: 4 }))
    expect(early.message).toContain('found no revision, expected revision 4')
    await revisions.apply(first, { author: 'ann', expects: 0 })
    await revisions.apply(second, { author: 'bob', expects: 1 })
    const late = await refused(revisions.apply(first, { author: 'cid', expects: 1 }))
    expect(late).toMatchObject({ code: 'moved' })
    expect(late.message).toMatch(/found revision 2 by bob, applied at .*, expected revision 1/)
    expect((await revisions.current())!.number).toBe(2)
    expect(await refused(revisions.rollback(1, { author: 'a', reason: 'b', expects: 1 }))).toMatchObject({
      code: 'moved',
    })
  })

  test('many at once make one line of revisions', async () => {
    const revisions = await opened()
    const sets = Array.from({ length: 10 }, (_, i) => ({
      vip: segment().group((g) => g.field('visits', i)),
      also: segment().group((g) => g.field('visits', i)),
    }))
    const others = await Promise.all(sets.map(() => opened({ schema: place() })))
    const made = await Promise.all(sets.map((set, i) => others[i]!.apply(set, { author: `a${i}` })))
    expect(made.map(({ revision }) => revision.number).toSorted((a, b) => a - b)).toEqual(
      sets.map((_, i) => i + 1),
    )
    const line = (await revisions.history()).toReversed()
    expect(line.map(({ number, parent = 0 }) => number - parent)).toEqual(sets.map(() => 1))
    const times = line.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
    const holds = (await revisions.current())!
    const set = sets[Number(holds.author.slice(1))]!
    expect(encodeSegments(holds.segments)).toEqual(encodeSegments(set))

    // Of those who expect the same revision, one is first.
    const race = await Promise.allSettled(
      sets.map((_, i) =>
        others[i]!.apply(
          { vip: segment().group((g) => g.field('visits', 100 + i)) },
          { author: 'x', expects: 10 },
        ),
      ),
    )
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await Promise.all(others.map((one) => one.close()))
  })

  test('a segment that is used cannot be removed', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    const without = { pro }
    const uses = {
      splits: {
        welcome: {
          branches: [
            { key: 'gold', when: 'vip' },
            { key: 'some', percent: 5 },
          ],
          otherwise: 'rest',
        },
      },
      flows: { hello: { on: 'entered' as const, segment: 'best' } },
      broadcasts: { news: { include: { paying: pro }, exclude: { vips: vip } } },
      others: { best: ['the Monday report'] },
    }
    const error = await refused(revisions.apply(without, { author: 'ann', uses }))
    expect(error.code).toBe('in-use')
    expect(error.message).toBe(
      [
        "the segment 'vip' cannot be removed, as the split 'welcome' uses it",
        '  at splits.welcome.branches.0.when',
        "the segment 'best' cannot be removed, as the flow 'hello' uses it",
        '  at flows.hello.segment',
        "the segment 'best' cannot be removed, as the Monday report uses it",
        '  at others.best',
        "the segment 'vip' cannot be removed, as the broadcast 'news' uses it",
        '  at broadcasts.news.exclude.vips',
        'Take it out of what uses it first; nothing was applied.',
      ].join('\n'),
    )
    // Without its key it stands written out in what is made of it.
    const inside = await refused(revisions.apply({ pro, best }, { author: 'ann' }))
    expect(inside.message).toContain("the segment 'vip' cannot be removed, as the segment 'best' uses it")
    const unknown = await refused(
      revisions.apply(first, { author: 'ann', uses: { flows: { hello: { on: 'left', segment: 'bset' } } } }),
    )
    expect(unknown.message).toContain("did you mean 'best'?")
    expect((await revisions.history()).map(({ number }) => number)).toEqual([1])
    await revisions.apply(first, { author: 'ann', uses })
    expect(await revisions.apply({ pro }, { author: 'ann' })).toMatchObject({ isNew: true })
    // A rename is a removal for what names the old key.
    const renamed = await refused(
      revisions.apply(
        { paying: pro },
        { author: 'ann', uses: { flows: { a: { on: 'left', segment: 'pro' } } } },
      ),
    )
    expect(renamed.code).toBe('in-use')
    const { revision } = await revisions.apply({ paying: pro }, { author: 'ann' })
    expect(revision.changes).toEqual([{ kind: 'renamed', key: 'paying', from: 'pro' }])
    expect((await revisions.history({ segment: 'pro' })).map(({ number }) => number)).toEqual([3, 1])
  })

  test('a rollback is a new revision with the old segments, or nothing', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    await revisions.apply(second, { author: 'bob' })
    const back = await revisions.rollback(1, { author: 'cid', reason: 'too few' })
    expect(back).toMatchObject({
      isNew: true,
      revision: { number: 3, parent: 2, restores: 1, reason: 'too few', author: 'cid' },
    })
    expect(encodeSegments((await revisions.current())!.segments)).toEqual(encodeSegments(first))
    expect((await revisions.rollback(1, { author: 'cid', reason: 'again' })).isNew).toBe(false)
    expect(await refused(revisions.rollback(9, { author: 'a', reason: 'b' }))).toMatchObject({
      code: 'unknown-revision',
      message: 'found the revision 9, expected one from 1 to 3\nThe history has those that there are.',
    })
    await revisions.apply({ ...first, more: vip }, { author: 'ann' })
    const used = revisions.rollback(1, {
      author: 'ann',
      reason: 'x',
      uses: { flows: { hello: { on: 'entered', segment: 'more' } } },
    })
    expect((await refused(used)).code).toBe('in-use')
  })

  test('what suits the schema no more is there to look at, and cannot be brought back', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    const today = defineSchema({ fields: { state: text(), plan: choice('basic') }, tags: ['VIP'] })
    const { segment: make } = segmentry<SchemaOf<typeof today>>(today)
    const later = await openRevisions(today, backend.connection, { schema: place() })
    const old = (await later.current())!
    expect(Object.keys(old.unsuitable)).toEqual(['best', 'pro'])
    expect(encodeSegments(old.segments)).toEqual(encodeSegments(first))
    const next = {
      vip: make().group((g) => g.tag('VIP')),
      pro: make().group((g) => g.field('plan', 'basic')),
    }
    const { revision } = await later.apply(next, { author: 'bob' })
    expect(revision.fields).not.toBe(old.fields)
    expect(revision.changes).toEqual([
      { kind: 'removed', key: 'best' },
      { kind: 'changed', key: 'pro', what: 'rule' },
    ])
    const error = await refused(later.rollback(1, { author: 'bob', reason: 'no' }))
    expect(error).toMatchObject({ code: 'unsuitable', revision: 1 })
    expect(error.message).toContain(`revision 1: found "pro", expected one of 'basic'`)
    expect(error.issues.map(({ path }) => path[0])).toEqual(['pro', 'best'])
    expect((await later.current())!.number).toBe(2)
    const forward = await later.diff(1, 2)
    expect(
      forward.differences.map(({ change, difference }) => [change.key, difference?.unreadable?.length]),
    ).toEqual([
      ['best', 1],
      ['pro', 1],
    ])
    const backward = await later.diff(2, 1)
    expect(
      backward.differences.map(({ change, unsuitable = [] }) => [change.key, unsuitable.length]),
    ).toEqual([
      ['best', 1],
      ['pro', 1],
    ])
  })

  test('two revisions are compared as any two sets of segments', async () => {
    const revisions = await opened()
    await revisions.apply(first, { author: 'ann' })
    await revisions.apply(second, { author: 'bob' })
    const { from, to, differences } = await revisions.diff(1, 2)
    expect([from.number, to.number]).toEqual([1, 2])
    expect(differences.map(({ difference }) => [difference!.key, difference!.movement.category])).toEqual([
      ['best', 'narrowed'],
      ['vip', 'narrowed'],
    ])
    expect((await revisions.diff(2, 2)).differences).toEqual([])
  })

  test('what was written to the tables by hand is told', async () => {
    const edits = {
      'a definition': sql`update ${sql.id('PLACE', 'definitions')} set definition = replace(definition, 'VIP', 'churned')`,
      'a segment that is gone': sql`delete from ${sql.id('PLACE', 'segments')} where key = 'best'`,
      'another key': sql`update ${sql.id('PLACE', 'segments')} set key = 'gold' where key = 'best'`,
      'no JSON': sql`update ${sql.id('PLACE', 'definitions')} set definition = '{'`,
    }
    for (const [what, edit] of Object.entries(edits)) {
      const revisions = await opened()
      await revisions.apply(first, { author: 'ann' })
      const { sql: query, parameters } = edit.compile(backend.db)
      await sql.raw(query.replaceAll('PLACE', place())).execute(backend.db)
      expect(parameters).toEqual([])
      for (const ask of [
        () => revisions.current(),
        () => revisions.apply(second, { author: 'bob' }),
        () => revisions.diff(1, 1),
        () => revisions.rollback(1, { author: 'bob', reason: 'x' }),
      ]) {
        expect(await refused(ask()), what).toMatchObject({ code: 'broken', revision: 1 })
      }
      expect(await revisions.history()).toHaveLength(1)
    }
  })

  test('what cannot be asked is refused with what was expected', async () => {
    const revisions = await opened()
    const calls: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => revisions.apply(first, { author: '' }), "found '', expected a text\n  at author"],
      [() => revisions.apply(first, undefined as never), 'at author'],
      [() => revisions.apply(first, { author: 'a\0' }), 'at author'],
      [
        () => revisions.apply(first, { author: 'a', expects: -1 }),
        'found -1, expected a whole number from 0',
      ],
      [() => revisions.apply({ 'a\0': vip }, { author: 'a' }), 'a key of well-formed text'],
      [
        () => revisions.apply(first, { author: 'a', uses: { splits: { a: null as never } } }),
        'at uses.splits.a',
      ],
      [() => revisions.rollback(1, { author: 'a' } as never), 'at reason'],
      [() => revisions.rollback(0, { author: 'a', reason: 'b' }), 'expected a whole number from 1'],
      [() => revisions.diff(1, 1.5), 'found 1.5, expected a whole number from 1'],
      [() => revisions.history({ limit: -1 }), 'at limit'],
    ]
    for (const [call, said] of calls) {
      const error = await refused(call())
      expect(error.code).toBe('bad-request')
      expect(error.message).toContain(said)
    }
    await expect(revisions.apply({ vip: { definition: 5 } as never }, { author: 'a' })).rejects.toMatchObject(
      {
        _tag: 'DefinitionError',
      },
    )
    await expect(revisions.at('yesterday')).rejects.toThrow(RangeError)
    await expect(opened({ schema: 'no-name' })).rejects.toMatchObject({ _tag: 'LayoutError' })
    await revisions.close()
    await expect(revisions.current()).rejects.toMatchObject({ _tag: 'ClosedError' })
  })
})
