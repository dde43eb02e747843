import { type Page, segment } from './reference-schema.ts'

export const tops: Page = {
  file: 'top.md',
  title: 'Top lists',
  intro:
    "So many of a segment's people: those with the greatest values, or those with the least. Whether somebody is among " +
    'them depends on everybody else, so a top list is counted and listed, and not asked about one person: `evaluate`, `has`, ' +
    '`explain`, a split and `g.in(…)` refuse it when they are compiled. To go on with who is among them now, list ' +
    'them and take `g.people(…)`. Neither ranks nor values are told.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'top by a field',
      purpose: 'Those with the greatest values of a field.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .exclude((g) => g.tag('churned'))
          .top(100, 'spent'),
      edges: [
        'Taken last: after groups, exclusions and lists of people.',
        'Numbers, decimals, versions, dates and instants; text is refused.',
        'Equal values are ordered by the code points of the ids: who comes first is taken.',
        'People without a value are never among them, so there may be fewer than asked for.',
        'From 1 to 100,000 people. They are listed in the order of ids, as those of a segment are, not in that of the values.',
        'An index on a column of whole numbers, decimals, doubles or dates serves it.',
      ],
    },
    {
      heading: 'bottom by a field',
      purpose: 'Those with the least values.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .bottom(100, 'birthday'),
      edges: ['The same ids decide where values are equal: the first by code points are taken at both ends.'],
    },
    {
      heading: 'number of events',
      purpose: 'Those who did something most often.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('opened').count()),
      edges: ['Who has no such events has 0, and ranks.'],
    },
    {
      heading: 'sum in a window',
      purpose: 'Those with the greatest sum of a property, of the events that count.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase', (e) => e.within('90 days')).sum('amount')),
      edges: [
        'Which events count is said as in [events](events.md): `within`, `during`, `at`, `where`.',
        'Exact; the sum of none is 0, and ranks. It is above those that are negative.',
      ],
    },
    {
      heading: 'average',
      purpose: 'Those with the greatest average of a property.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase').average('amount')),
      edges: ['Exact: averages that differ are never taken for equal.', 'Of none there is none.'],
    },
    {
      heading: 'greatest value',
      purpose: 'Those with the dearest purchases.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase').max('amount')),
      edges: ['Of none there is none.'],
    },
    {
      heading: 'least value',
      purpose: 'Those whose least quantity is the least.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .bottom(100, (r) => r.event('purchase').min('quantity')),
      edges: ['As for the greatest.'],
    },
    {
      heading: 'different values',
      purpose: 'Those with the most different values of a property.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase').distinct('sku')),
      edges: ['0 of none, which ranks.'],
    },
    {
      heading: 'last event',
      purpose: 'Those whose last purchase is among the dearest.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase').last('amount')),
      edges: ['The last of the events that count, also when it lacks the property: then there is no value.'],
    },
    {
      heading: 'first event',
      purpose: 'Those whose first purchase is among the smallest.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .bottom(100, (r) => r.event('purchase').first('amount')),
      edges: ['As for the last.'],
    },
    {
      heading: 'time of the first event',
      purpose: 'Those who came last: their first event is the latest.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('purchase').firstAt()),
      edges: ['In whole milliseconds. Of no events there is none.'],
    },
    {
      heading: 'time of the last event',
      purpose: 'Those who have been away longest.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .bottom(100, (r) => r.event('opened').lastAt()),
      edges: ['People who never did it are not among them.'],
    },
    {
      heading: 'days with events',
      purpose: 'Those who are active on the most days, weeks or months.',
      whole: () =>
        segment()
          .group((g) => g.everyone())
          .top(100, (r) => r.event('opened', (e) => e.within('30 days')).activeOn('day')),
      edges: [
        'Of the calendar of a zone: that of the schema, or one that it names.',
        '0 of none, which ranks.',
      ],
    },
  ],
}
