import { type Fault, faultsIn } from './fault.ts'
import { moreSqlFaults } from './faults-more-sql.ts'
import { readFaults } from './faults-read.ts'
import { togetherFaults } from './faults-together.ts'

const compile = 'packages/postgres/src/compile'

const events = faultsIn(`${compile}/events.ts`, {
  'people without events never pass': [': passesZero(test)', ': false'],
  'people without events always pass': ['return above && below', 'return true'],
  'people without events lost from at most n': [
    'not exists (select from (${passing(!negated)}) as failing where failing.person = ${id})',
    '${id} in (${passing(negated)})',
  ],
  'one by one: at least n is more than n': ['param(atLeast - 1,', 'param(atLeast,', { among: /"event"/ }],
  'people by their events alone, although those without pass': ['if (ofNone) return undefined', ''],
  'people by their events alone, however many': [
    'atLeast === 1 ? sql`` : sql`',
    'atLeast ? sql`` : sql`',
    { among: /"event"/ },
  ],
})

const stream = faultsIn(`${compile}/stream.ts`, {
  'future events counted': [
    ": [event.at.test({ op: 'during', window: { over: 'clock', until: 'now' } }, now)]",
    ': []',
  ],
  'a window of this whole day is over by now': [
    'test.window.to < 0',
    'test.window.to <= 0',
    { among: /"calendar"/ },
  ],
  'a window until an hour from now is over by now': [
    "startsWith('-')",
    "startsWith('')",
    { among: /"until"/ },
  ],
  'one condition of an event left out': ['happened, ...where]', 'happened, ...where.slice(1)]'],
  'the order of ids at one instant dropped': [
    ', (${id} collate "C") ${direction}',
    '',
    { among: /"first"|"last"/ },
  ],
  'the order of ids at one instant reversed': [
    '(${id} collate "C") ${direction}',
    '(${id} collate "C") asc',
    { among: /"first"|"last"/ },
  ],
  'of several names of one table the first': [
    "{ op: 'oneOf', values }",
    "{ op: 'is', value: values[0]! }",
    { among: /"event":\[/ },
  ],
  'of several tables the last left out': [
    'sql.join(branches, sql`',
    'sql.join(branches.slice(0, 2), sql`',
    { among: /"event":\[/ },
  ],
})

const sets = faultsIn(`${compile}/top.ts`, {
  'people without events have no rank': [
    '${from} left join ${on}`',
    '${from} join ${on}`',
    { among: /"top"/ },
  ],
  'the sum of no events is above all': ['sql`coalesce(${rank}, 0)`', 'rank', { among: /"top"/ }],
  'of equal values, any': [', ${id}::text collate "C" limit', ' limit', { among: /"top"/ }],
  'of equal values, ids go the other way too': [
    '${id}::text collate "C" limit',
    '${id}::text collate "C" ${order} limit',
    { among: /"top"/ },
  ],
  'the events of other times rank too': [
    'where ${stream.where} group by',
    'where ${sql`true`} group by',
    { among: /"top"/ },
  ],
})

const measure = faultsIn(`${compile}/measure.ts`, {
  'the sum of no events is NULL': [
    'sql`coalesce(${of(sql`sum(${value})`)}, 0)`',
    'of(sql`sum(${value})`)',
    { among: /"sum"/ },
  ],
  'an average counts missing': ['sql`count(${value})`', 'sql`count(*)`', { among: /"average"/ }],
  'an average is rounded': [
    '[only(sql`sum(${value})`, stream)',
    '[sql`trunc(avg(${value})) * count(${value})`',
    { among: /"average"/ },
  ],
  'distinct counts missing': [
    'count(distinct ${reading().value})',
    "count(distinct coalesce(${reading().value}::text, ''))",
    { among: /"distinct"/ },
  ],
  'periods in UTC': [
    'localDay(localMs(stream.at.value, measure.zone!))',
    'localDay(stream.at.value)',
    { among: /"periods"/ },
  ],
  'periods: years begin in January': [
    'periodOfDay(day, measure)',
    'periodOfDay(day, { ...measure, yearStart: 1 })',
    { among: /"periods"/ },
  ],
  'periods: weeks begin on Monday': [
    'periodOfDay(day, measure)',
    'periodOfDay(day, { ...measure, weekStart: 1 })',
    { among: /"periods"/ },
  ],
  'the least is the greatest': ['sql.raw(measure.of)', "sql.raw('max')", { among: /"min"/ }],
})

const rule = faultsIn(`${compile}/rule.ts`, {
  'NOT of a list or a bucket lost': [
    'sql`(${condition}) is not true` : condition',
    'condition : condition',
    { among: /"not"/ },
  ],
  'NOT of a tag in an array lost': ['negated ? sql`(${has}) is not true` : has', 'has', { among: /"not"/ }],
  'people on a list cut': [
    'node.ids.filter(idType.accepts)',
    'node.ids.filter(idType.accepts).slice(0, 2)',
    { among: /"people"/ },
  ],
  'buckets modulo one less': ['% 10000', '% 9999', { among: /"bucket"/ }],
  'buckets without the zero byte': ["'\\\\x00'::bytea", "'\\\\x'::bytea", { among: /"bucket"/ }],
  'a window of tags ignored': ['has, where, given]', 'has, where]', { among: /"tag"/ }],
  'more counts as many': ['having sum(n) > 0', 'having sum(n) >= 0', { among: /"more"/ }],
  'one by one: more counts as many': [
    'coalesce(sum(n), 0) > 0',
    'coalesce(sum(n), 0) >= 0',
    { among: /"more"/ },
  ],
  'alternatives lose those of the row': [
    'if (plain.length > 0) sets',
    'if (plain.length > 1) sets',
    { among: /"any"/ },
  ],
  'alternatives lose the last set': [
    'sql.join(sets, sql` union all `)',
    'sql.join(sets.slice(0, 3), sql` union all `)',
    { among: /"any"/ },
  ],
  'fields compare: less is at most': ['lessThan: sql`<`', 'lessThan: sql`<=`', { among: /"compare"/ }],
  'fields compare: one of them missing': ['and(one.valid, other.valid)', 'one.valid', { among: /"compare"/ }],
})

const account = faultsIn(`${compile}/account.ts`, {
  "people of other accounts count as an account's": [
    'and(sql`${belongsTo} = ${account.id}`, pass)',
    'pass',
    { among: /"account"/ },
  ],
  'no one of an account is anyone': ["are === 'none')", 'false)', { among: /"account"/ }],
  'NOT of an account lost': ['negated ? sql`not ${exists}` : exists', 'exists', { among: /"account"/ }],
  'which rows are accounts ignored': [
    'parts(account.where, ...tests',
    'parts(...tests',
    { among: /"account"/ },
  ],
  'people of an account beyond the base filter': [
    'belongsTo: of.account, where }',
    'belongsTo: of.account, where: undefined }',
    { among: /"account"/, lacks: 'people outside the base filter rarely share an account with one inside' },
  ],
  'people who left an account still count': [
    'where ${parts(of.where, passes)}',
    'where ${passes}',
    { among: /"account"/ },
  ],
})

const query = faultsIn(`${compile}/query.ts`, {
  'the base filter lost': ['[people.where, beyond]', '[beyond]'],
  'what drives leaves a condition out': ['part !== driver.node)', 'part !== driver.node).slice(1)'],
  'a window of people by tag ignored': [
    'tags.has(tag), where, given]',
    'tags.has(tag), where]',
    { among: /"tag"/ },
  ],
  'a union loses those of the row': [
    'if (plain.length > 0) {',
    'if (plain.length > 1) {',
    { among: /"any"/ },
  ],
  'a union repeats people': ['sql` union `', 'sql` union all `', { among: /"any"/ }],
  'the fence leaves a condition out': ['...cheap.map((part)', '...cheap.slice(1).map((part)'],
})

const source = faultsIn('packages/postgres/src/source/bind.ts', {
  'events of all names': ['where: where.length === 0 ? undefined : and(...where)', 'where: undefined'],
})

/** Faults of SQL. */
export const sqlFaults: readonly Fault[] = [
  ...events,
  ...stream,
  ...sets,
  ...measure,
  ...rule,
  ...account,
  ...query,
  ...source,
  ...readFaults,
  ...togetherFaults,
  ...moreSqlFaults,
]
