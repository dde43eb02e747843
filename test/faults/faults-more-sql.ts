import { type Fault, faultsIn } from './fault.ts'

const postgres = 'packages/postgres/src'
const among = { among: /"sequence"/ }

const never = { among: /"never":true/ }

const sequences = [
  ...faultsIn(`${postgres}/compile/sequence.ts`, {
    'the first anchor is the last': ["anchor === 'first' ?", "anchor !== 'first' ?", among],
    'one of the last few is one of fewer': ['x.nth <= $', 'x.nth < $', among],
    'by: missing is the same as missing': ['where x.key is not null', 'where true', among],
    'without windows: an event is after itself': [
      '${last} where x.person = b.person and x.place > b.place',
      '${last} where x.person = b.person and x.place >= b.place',
      among,
    ],
    'without windows: the last of a step goes on': ['min(x.place) as place', 'max(x.place) as place', among],
    'without windows: the ids do not count': [' || x.id)', " || '')", among],
    'a sequence with windows has none': ['within === undefined && by', 'by', among],
    'NOT of a sequence lost': ['negated ? sql`not ${exists}` : exists', 'exists', among],
  }),
  ...faultsIn(`${postgres}/compile/steps.ts`, {
    'a step at the instant of the one before is none': [
      "'before' ? sql`x.ms, x.id`",
      "'before' ? sql`x.ms`",
      among,
    ],
    'an event is after itself': [
      'groups between unbounded preceding and 1 preceding',
      'groups between unbounded preceding and current row',
      among,
    ],
    'within leaves out its end': ['x.nearest >= ${start}', 'x.nearest > ${start}', among],
    'within of a sequence leaves out its end': [
      'where x.latest >= x.ms - ${length(within)}`',
      'where x.latest > x.ms - ${length(within)}`',
      among,
    ],
    'within of a sequence counts from the first anchor': [
      'max(x.latest) ${over} before',
      'min(x.latest) ${over} before',
      { ...among, lacks: 'several anchors rarely lead to one event so that only one of them is near enough' },
    ],
    'by: any property will do': [
      'partition by x.person${by === undefined ? sql`` : sql`, x.key`}',
      'partition by x.person',
      among,
    ],
    'never: not yet at the very end': [
      'x.closes <= ${nowMs',
      'x.closes < ${nowMs',
      { ...never, lacks: 'a window rarely closes at the very clock' },
    ],
    'never: the longer window counts': ['sql`least(', 'sql`greatest(', never],
    'never: before the window has closed': [', sql`x.closes <= ${nowMs(now)}`', '', never],
    'never: an event at the very end comes too late': [
      '(x.next <= x.closes)',
      '(x.next < x.closes)',
      { ...never, lacks: 'an event is rarely at the very end of the window it may not be in' },
    ],
  }),
]

const version = { among: /"app"|"build"|"release"/ }

const versions = faultsIn(`${postgres}/read/version.ts`, {
  'numbers of a version are text': ["sql`lpad(${digits}, 16, '0')`", "sql`('0' || ${digits})`", version],
  'a release is below its prerelease': ["when 0 then '~'", "when 0 then ''", version],
  'identifiers are below numbers': ["then '1' || part", "then '-' || part", version],
  'build metadata counts': ["sql`split_part(version, '+', 1)`", 'sql`version`', version],
  'numbers of a version may begin with 0': ['(?:0|[1-9][0-9]{0,14})', '(?:[0-9]{1,15})', version],
})

const near = faultsIn(`${postgres}/compile/near.ts`, {
  'beyond the pole is a place': ['sql`abs(p.lat) <= 90`', 'sql`true`', { among: /"near"/ }],
  'beyond the date line is a place': ['sql`abs(p.lon) <= 180`', 'sql`true`', { among: /"near"/ }],
  'degrees of longitude are equally long': ['* s.here * (s.east', '* (s.east', { among: /"near"/ }],
  'the edge is too far': [
    '<= ${double(most)}',
    '< ${double(most)}',
    { among: /"near"/, lacks: 'nobody is at the very edge of a circle' },
  ],
})

const loaded = { seen: 'loaded' } as const

const load = faultsIn(`${postgres}/compile/load.ts`, {
  'loaded: events of all names': [
    'sql`${event.person} = ${id}`, event.where, event.at.valid]',
    'sql`${event.person} = ${id}`, event.at.valid]',
    loaded,
  ],
  'loaded: events without their ids': [
    'jsonb_build_array(${event.id}, ${event.at.json}',
    "jsonb_build_array('x', ${event.at.json}",
    { ...loaded, among: /"first"|"last"|"sequence"/ },
  ],
  'loaded: when a tag was given is lost': [
    'at ? sql`jsonb_build_array(${tag}, ${at.json})` : tag',
    'tag',
    { ...loaded, among: /"tag"/ },
  ],
  'loaded: properties lost': ['nested(properties, schema', 'nested({}, schema', loaded],
  'loaded: parts of an object lost': [
    'for (const key of path.slice(0, -1)) at',
    'for (const key of path.slice(1)) at',
    loaded,
  ],
  'loaded: other accounts of the grouping': [
    'sql`${of.person} = ${id}`, of.where]',
    'of.where]',
    { ...loaded, among: /"account"/ },
  ],
})

const page = { seen: 'page' } as const

const pages = faultsIn(`${postgres}/compile/query.ts`, {
  'a page takes the one it comes after': ['sql`${id} > ${param(after', 'sql`${id} >= ${param(after', page],
  'a page has one too many': ["${param(page.limit, 'int8')}`", "${param(page.limit + 1, 'int8')}`", page],
  'a page in any order': ['order by ${id}${limit}`', 'order by md5(${id})${limit}`', page],
  'a page of the first people where events drive': ['beyond === undefined && !wholeRow', '!wholeRow', page],
  'a page of the first people whose row passes': ['[people.where, beyond]', '[people.where]', page],
})

/** Faults of sequences, versions and places in SQL, and of what else is asked of a database. */
export const moreSqlFaults: readonly Fault[] = [...sequences, ...versions, ...near, ...load, ...pages]
