import { type Fault, faultsIn } from './fault.ts'

const read = 'packages/postgres/src/read'

const negation = faultsIn(`${read}/predicate.ts`, {
  'negation without a guard': [
    'and(reading.valid, sql`(${positive}) is not true`)',
    'sql`(${positive}) is not true`',
    { among: /"negated"/ },
  ],
  'negation loses missing': [
    'whenMissing ? sql`(${positive}) is not true` : and',
    'whenMissing ? sql`not (${positive})` : and',
    { among: /"negated"/ },
  ],
  'whenMissing ignored': [
    'or(positive, sql`(${reading.valid}) is not true`)',
    'positive',
    { among: /whenMissing/ },
  ],
  'presence ignores whenMissing': ['whenMissing ? yes : positive', 'positive', { among: /"present"/ }],
})

const ranges = faultsIn(`${read}/interval.ts`, {
  'a window leaves out its first instant': [
    'sql`${expression} >= ${write(from)}`',
    'sql`${expression} > ${write(from)}`',
  ],
  'a window takes its end': ['sql`${expression} < ${write(to)}`', 'sql`${expression} <= ${write(to)}`'],
  'digits beyond the millisecond count': ['(to.open ? 0 : 1)', '0'],
  'later than takes its instant': [
    '(from.open ? 1 : 0)',
    '0',
    {
      among: /greaterThan/,
    },
  ],
  'greater than takes its limit': ["from.open ? '>' : '>='", "'>='", { among: /greaterThan/ }],
  'at most leaves out its limit': ["to.open ? '<' : '<='", "'<'"],
})

const text = [
  ...faultsIn(`${read}/text.ts`, {
    'contains by LIKE': [
      'strpos(${subject(ignoringCase)}, ${part(value, ignoringCase)}) > 0',
      "${subject(ignoringCase)} like '%' || ${part(value, ignoringCase)} || '%'",
      { among: /"contains"/, lacks: 'text with a wildcard rarely meets a filter with that wildcard' },
    ],
    'starts with by LIKE': [
      'starts_with(${subject(ignoringCase)}, ${part(value, ignoringCase)})',
      "${subject(ignoringCase)} like ${part(value, ignoringCase)} || '%'",
      { among: /startsWith/, lacks: 'text with a wildcard rarely meets a filter with that wildcard' },
    ],
    'ends with counts UTF-16 units': [
      '[...value].length',
      'value.length',
      { among: /endsWith/, lacks: 'characters beyond U+FFFF rarely end both a text and what is looked for' },
    ],
    'the text is not folded': [
      'ignoringCase ? foldAsciiSql(expression)',
      'ignoringCase ? expression',
      { among: /ignoringCase/ },
    ],
    'a pattern need not begin at the beginning': [
      'text(regex)',
      'text(regex.slice(1))',
      { among: /"matches"/ },
    ],
    'a pattern need not reach the end': [
      'text(regex)',
      'text(regex.slice(0, -1))',
      {
        among: /"matches"/,
      },
    ],
    'a pattern ignores case by its own rules': [
      'collate "C") ~ ',
      'collate "C") ~* ',
      { among: /"matches"/ },
    ],
    'white space is the space': [
      'btrim(${expression}, ${text(whiteSpace)})',
      'btrim(${expression})',
      { among: /"blank"/ },
    ],
  }),
  ...faultsIn(`${read}/fold.ts`, {
    'lower() for the ASCII fold': [
      "translate(${expression}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
      'lower(${expression} collate "pg_c_utf8")',
      {
        among: /ignoringCase|emailDomain/,
      },
    ],
  }),
  ...faultsIn(`${read}/email.ts`, {
    'domains keep their case': [
      'then ${foldAsciiSql(domain)} end',
      'then ${domain} end',
      {
        among: /emailDomain/,
      },
    ],
  }),
]

const kinds = faultsIn(`${read}/kinds.ts`, {
  'fractions are whole numbers': ['and(inRange, sql`trunc(${expression}) = ${expression}`)', 'inRange'],
  'unsafe integers': [
    'sql`${expression} between ${param(-safe, sqlType)} and ${param(safe, sqlType)}`',
    'sql`true`',
  ],
  'a missing value is false': ['sql`not ${expression}`', 'sql`coalesce(not ${expression}, true)`'],
  'has all is has any': ['and(...statement.values.map', 'or(...statement.values.map', { among: /hasAll/ }],
  'a whole list is compared from its end': [
    'order by element.position`',
    'order by element.position desc`',
    { among: /"equals"/ },
  ],
  'a length counts elements of another type': [
    'from ${elements} where ${element.valid}) end)',
    'from ${elements}) end)',
    { among: /"length"/ },
  ],
  'elements of another type are not blank': [
    'not ${some(element.valid)}',
    'not ${some(sql`true`)}',
    { among: /"blank"/ },
  ],
})

const json = faultsIn(`${read}/json.ts`, {
  'numbers are text': ["typed(raw, 'string', inner),", 'inner,'],
  'text is a number': ["typed(raw, 'number', inner)", 'inner'],
  'text is a truth value': ["typed(raw, 'boolean', inner)", 'inner'],
  'an object is the text it prints': ['values.some(isPrinted) ?', '!values.some ?', { among: /"\{\}"/ }],
  'a decimal has 14 digits': ['14 - scale', '13 - scale'],
  'decimals without zeros before them': ['|0*[1-9]', '|[1-9]'],
  'days that no month has': ['case when ${dayExists(source)} then ${then} end', '${then}'],
  'a sixth and seventh digit of a second rounded': [
    "regexp_replace(${raw} #>> '{}', '([.][0-9]{3})[0-9]+', '\\\\1')",
    "(${raw} #>> '{}')",
  ],
  'a range takes its end': ['edgeMs(range.to)})', "edgeMs(range.to)}, '[]')"],
})

const times = [
  ...faultsIn(`${read}/times.ts`, {
    'hours do not pass midnight': ['::int8 or x.hour', '::int8 and x.hour', { among: /"hour"/ }],
    'Sunday is no day': ['isodow', 'dow', { among: /"weekday"/ }],
    'the last day of a window lost': [
      '<= ${write(dayText(end - 1))}',
      '< ${write(dayText(end - 1))}',
      { among: /"calendar"/ },
    ],
    'years before 1 are dates': ["between '0001-01-01'", "between '0002-01-01'"],
  }),
  ...faultsIn(`${read}/clock.ts`, {
    'instants rounded to the millisecond': ['floor(extract', 'round(extract'],
  }),
  ...faultsIn(`${read}/local.ts`, {
    'clocks that never change': [
      '[1 + width_bucket(x.ms, ${at})]',
      '[array_length(${by}, 1)]',
      { among: /"zone"/ },
    ],
    'offsets one change early': ['[1 + width_bucket', '[width_bucket', { among: /"zone"/ }],
    'weeks begin a day early': ['4 - weekStart', '5 - weekStart', { among: /"periods"/ }],
    'days before 1970 rounded up': ['floor(${value}', 'trunc(${value}', { among: /"zone"/ }],
    'zones without changes are UTC': ['offsets[0] === 0 ? ms', 'offsets[0] !== 1 ? ms', { among: /"zone"/ }],
  }),
]

/** Faults of how SQL reads values and tests them. */
export const readFaults: readonly Fault[] = [...negation, ...ranges, ...text, ...kinds, ...json, ...times]
