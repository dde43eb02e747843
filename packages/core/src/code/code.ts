import { fold } from '../definition/fold.ts'
import type { AccountFilter, AccountPeople, Definition, ManualEntry, Node } from '../definition/node.ts'
import { type Countable, isSetSegment, type Top } from '../definition/set.ts'
import { checkedRule } from '../evaluate/compile.ts'
import { checkedSet } from '../evaluate/set.ts'
import { complement } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'
import { eventCall, isAtLeastOnce, moreCall, neverCall, rankingCode, sequenceCall } from './event.ts'
import { testCode, testWords } from './predicate.ts'
import { arrow, type Call, call, chain, type Code, data, print } from './print.ts'
import { windowCode } from './window.ts'

/**
 * A segment, or the top of one, as the TypeScript that a developer would write.
 *
 * Use it to show a segment that was stored or made elsewhere, and to take it into code. Run with a builder of the same
 * schema, it makes a segment with the same hash. A segment that is referred to is written where it is used. What was stored
 * and no operator can say, such as "less than 5, or missing", is written as data that the types let pass (`as never`). Throws a {@link DefinitionError} when the segment does not suit the schema.
 *
 * @example
 * ```ts
 * const rule = { kind: 'all', of: [{ kind: 'tag', tag: 'VIP' }, { kind: 'not', of: { kind: 'event', event: 'opened', measure: { of: 'count', test: { op: 'atLeast', value: 3 } } } }] } as const
 * code({ definition: { format: 1, rule } }, schema)
 * // => "segment().group((g) => g.tag('VIP').not((g) => g.event('opened', (e) => e.count(atLeast(3)))))"
 * ```
 */
export function code(segment: Countable, schema: Schema): string {
  if (!isSetSegment(segment)) {
    checkedRule(segment, schema)
    return print(chain('segment()', definitionCalls(segment.definition, schema)))
  }
  checkedSet(segment, schema)
  return print(chain('segment()', [...definitionCalls(segment.whole, schema), topCall(segment.top, schema)]))
}

function definitionCalls(definition: Definition, schema: Schema): readonly Call[] {
  const { title, description, owner, rule, included = [], excluded = [] } = definition
  const label = (name: string, text: string | undefined): readonly Call[] =>
    text === undefined ? [] : [call(name, data(text))]
  return [
    ...label('titled', title),
    ...label('described', description),
    ...label('ownedBy', owner),
    ...ruleCalls(rule, schema),
    ...listCalls('includePeople', included),
    ...listCalls('excludePeople', excluded),
  ]
}

/** People by hand, those next to each other with one reason and author in one call. */
function listCalls(name: string, entries: readonly ManualEntry[]): readonly Call[] {
  const lists: { readonly ids: string[]; readonly note: Omit<ManualEntry, 'person'> }[] = []
  for (const { person, ...note } of entries) {
    const last = lists.at(-1)
    if (last && last.note.reason === note.reason && last.note.author === note.author) last.ids.push(person)
    else lists.push({ ids: [person], note })
  }
  return lists.map(({ ids, note }) => call(name, data(ids), data(note)))
}

/** A rule as groups, and what is taken away from them. */
function ruleCalls(rule: Node, schema: Schema): readonly Call[] {
  const group = (name: string) => (node: Node) => call(name, arrow('g', filters(node, schema)))
  const groups = (node: Node): readonly Call[] => (node.kind === 'any' ? node.of : [node]).map(group('group'))
  const [union, last] = rule.kind === 'all' && rule.of.length === 2 ? rule.of : []
  if (union === undefined || last?.kind !== 'not' || union.kind !== 'any') return groups(rule)
  const without = last.of.kind === 'any' ? last.of.of : [last.of]
  return [...groups(union), ...without.map(group('exclude'))]
}

/** A node as filters of a group, which all hold. */
const filters = (rule: Node, schema: Schema): readonly Call[] =>
  fold<readonly Call[]>(rule, {
    everyone: () => [call('everyone')],
    tag: ({ tag, during }) => [call('tag', data(tag), ...(during === undefined ? [] : [windowCode(during)]))],
    field: ({ field, test }) => {
      const { type } = schema.fields.get(field)!
      const asked = (words: Code): Call => call('field', data(field), words)
      const opposite = testWords(complement(test), type)
      if (testWords(test, type) === undefined && opposite !== undefined)
        return [call('not', arrow('g', [asked(opposite)]))]
      return [asked(testCode(test, type))]
    },
    compare: (node) => {
      const { field, op, to, negated = false, whenMissing = false } = node
      const compared = call('compare', data(field), data(op), data(to))
      if (negated === whenMissing) return negated ? [call('not', arrow('g', [compared]))] : [compared]
      return [call('in', { untyped: data({ definition: { format: 1, rule: node } }) })]
    },
    event: (node) => [eventCall(node, schema)],
    more: (node) => [moreCall(node, schema)],
    sequence: (node) => [sequenceCall(node, schema)],
    segment: ({ of }) => [call('in', referred(of, schema))],
    near: ({ latitude, longitude, point, meters }) => [
      call('near', data({ latitude, longitude }), data(point), data({ meters })),
    ],
    people: ({ ids }) => [call('people', ...ids.map(data))],
    bucket: ({ salt, from, to }) => [call('bucket', data(salt), data(from / 100), data(to / 100))],
    account: (node) => [accountCall(node, schema)],
    all: (of) => of.flat(),
    any: (of, node) => {
      const tags = node.of.flatMap((one) =>
        one.kind === 'tag' && one.during === undefined && schema.tags.has(one.tag) ? [one.tag] : [],
      )
      if (tags.length > 1 && tags.length === node.of.length) return [call('anyTag', ...tags.map(data))]
      return [call('any', arrow('g', of.flatMap(asOne)))]
    },
    not: (of, { of: node }) => {
      const [only, ...more] = of
      if (node.kind === 'event' && isAtLeastOnce(node.measure)) return [neverCall(node, schema)]
      const opposite = more.length === 0 ? opposites[only!.name] : undefined
      return [opposite === undefined ? call('not', arrow('g', of)) : { ...only!, name: opposite }]
    },
  })

/** Calls that have a word for what they exclude. */
const opposites: Readonly<Record<string, string>> = { any: 'none', anyTag: 'noTag', in: 'notIn' }

/** Filters that all hold, as one filter. */
const asOne = (calls: readonly Call[]): readonly Call[] =>
  calls.length === 1 ? calls : [call('all', arrow('g', calls))]

/** Another segment, where it stands; a key that leads to none was refused. */
function referred(of: Definition | string, schema: Schema): Code {
  if (typeof of === 'string') throw new TypeError('a reference is looked up before it is written')
  return chain('segment()', definitionCalls(of, schema))
}

const quantifiers: Readonly<Record<AccountPeople['are'], string>> = {
  any: 'anyPerson',
  all: 'allPeople',
  none: 'noPerson',
}

function accountCall({ account, where = [], people = [] }: AccountFilter, schema: Schema): Call {
  const fields = schema.accounts.get(account)!
  const calls = [
    ...where.map(({ field, test }) => call('field', data(field), testCode(test, fields.get(field)!.type))),
    ...people.map(({ are, of }) => call(quantifiers[are], arrow('g', filters(of, schema)))),
  ]
  return call('account', data(account), ...(calls.length === 0 ? [] : [arrow('a', calls)]))
}

function topCall({ count, order, by }: Top, schema: Schema): Call {
  const ranked = by.kind === 'field' ? data(by.field) : rankingCode(by, schema)
  return call(order === 'most' ? 'top' : 'bottom', data(count), ranked)
}
