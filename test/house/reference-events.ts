import {
  atLeast,
  atMost,
  betweenHours,
  greaterThan,
  inLast,
  is,
  isNot,
  lessThan,
  oneOf,
  today,
} from '@segmentry/core'
import type { Page } from './reference-schema.ts'

export const events: Page = {
  file: 'events.md',
  title: 'Events',
  intro:
    'First which events count, then what is made of them. An event after `now` has not happened, in any window and ' +
    'without one. Events of one person are ordered by instant, then by id. A person without events has 0 of them.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'it happened',
      purpose: 'At least once.',
      filter: (g) => g.event('opened'),
      edges: ['The same as `count(atLeast(1))`.'],
    },
    {
      heading: 'events of several names',
      purpose: 'What happened under several names, as one stream.',
      filter: (g) => g.event(['opened', 'clicked'], (e) => e.within('30 days').count(atLeast(3))),
      edges: [
        'Three of them in all, of whichever names.',
        'Properties are those that all of the names have, with one type.',
        'A list of names may stand wherever a name may: in sequences and in `moreOften` too.',
      ],
    },
    {
      heading: 'within',
      purpose: 'Only events of the last so long.',
      filter: (g) => g.event('opened', (e) => e.within('30 days')),
      edges: ['The window `(now − d, now]`; short for `during(last(d))`.'],
    },
    {
      heading: 'during',
      purpose: 'Only events in a window.',
      filter: (g) => g.event('opened', (e) => e.during(today())),
      edges: [
        'Every kind of window: see [dates and windows](dates-and-windows.md).',
        'Several windows all hold.',
      ],
    },
    {
      heading: 'at',
      purpose: 'Only events whose time passes a test.',
      filter: (g) => g.event('opened', (e) => e.at(betweenHours(9, 17))),
      edges: [
        'Any test of an instant; several all hold.',
        'The hours of the zone, whatever the offset was that day.',
      ],
    },
    {
      heading: 'where',
      purpose: 'Only events with a property that passes a test.',
      filter: (g) => g.event('purchase', (e) => e.where('sku', is('A-1')).where('amount', greaterThan(10))),
      edges: [
        'Several hold for the same event.',
        'A property may always be missing, whatever the schema says, so a negative test states a policy.',
        'A negative test speaks of that event. Of no such event at all speaks `never()`.',
      ],
    },
    {
      heading: 'count',
      purpose: 'How many there are.',
      filter: (g) => g.event('opened', (e) => e.within('30 days').count(atMost(3))),
      edges: ['0 of no events: such people are members of "at most 3" and of "exactly 0".'],
    },
    {
      heading: 'sum',
      purpose: 'The exact sum of a property.',
      filter: (g) => g.event('purchase', (e) => e.sum('amount', greaterThan(500))),
      edges: [
        'Integers and decimals only: a sum of doubles depends on the order.',
        'An event without the property adds nothing; the sum of no events is 0.',
      ],
    },
    {
      heading: 'average',
      purpose: 'The exact average of a property, over the events that have it.',
      filter: (g) => g.event('purchase', (e) => e.average('amount', atLeast('19.999'))),
      edges: [
        'Integers and decimals only. The sum is compared with the limit times the number, so nothing is rounded.',
        'The limit has up to four digits more than the property.',
        'Of no such events there is none: false, and `isMissing()` is true.',
      ],
    },
    {
      heading: 'least',
      purpose: 'The least value of a property.',
      filter: (g) => g.event('purchase', (e) => e.min('quantity', lessThan(2))),
      edges: [
        'Numbers, decimals, versions, dates and instants.',
        'Events without the property are left out; of none there is none.',
      ],
    },
    {
      heading: 'greatest',
      purpose: 'The greatest value of a property.',
      filter: (g) => g.event('purchase', (e) => e.max('amount', atLeast(100))),
      edges: ['As for the least.'],
    },
    {
      heading: 'different values',
      purpose: 'How many different values a property has.',
      filter: (g) => g.event('purchase', (e) => e.distinct('sku', atLeast(3))),
      edges: ['A missing value is no value. 0 of no events.', 'Properties with a single value, no lists.'],
    },
    {
      heading: 'first',
      purpose: 'A property of the first event.',
      filter: (g) => g.event('purchase', (e) => e.first('sku', is('A-1'))),
      edges: [
        'By instant, then by id: a tie has one answer.',
        'The first of the events that count, also when it lacks the property: then there is no value.',
      ],
    },
    {
      heading: 'last',
      purpose: 'A property of the last event.',
      filter: (g) => g.event('purchase', (e) => e.last('sku', isNot('A-1', { missing: 'exclude' }))),
      edges: ['Of no events there is no value, and the policy says what that means.'],
    },
    {
      heading: 'first time',
      purpose: 'When the first event happened.',
      filter: (g) => g.event('opened', (e) => e.firstAt(inLast('7 days'))),
      edges: [
        'Any test of an instant. `within` would ask for an event in the window, not for the first one.',
      ],
    },
    {
      heading: 'last time',
      purpose: 'When the last event happened.',
      filter: (g) => g.event('opened', (e) => e.lastAt(inLast('7 days'))),
      edges: ['False of no events.'],
    },
    {
      heading: 'every',
      purpose: 'Each of these events has a property that passes a test.',
      filter: (g) => g.event('purchase', (e) => e.every('gift', is(true), { ofNone: 'exclude' })),
      edges: [
        '`ofNone` says whether it holds of people without such events.',
        'An event without the property fails a positive test, so it does not hold then.',
      ],
    },
    {
      heading: 'active on days',
      purpose: 'On how many different days, weeks, months, quarters or years there are any.',
      filter: (g) => g.event('opened', (e) => e.within('30 days').activeOn('day', atLeast(10))),
      edges: [
        'Days as the clocks of the zone show them: that of the schema unless one is named.',
        'Weeks begin on Monday unless told, quarters and years in January.',
        '0 of no events.',
      ],
    },
    {
      heading: 'never',
      purpose: 'There is none.',
      filter: (g) => g.event('opened', (e) => e.within('90 days').never()),
      edges: ['The complement of "at least once", and the same as `count(0)`.'],
    },
    {
      heading: 'stopped',
      purpose: 'There are some, but none of late.',
      filter: (g) => g.event('opened', (e) => e.stopped('30 days')),
      edges: ['At least one in `(…, now − d]` and none in `(now − d, now]`; never having begun is no stop.'],
    },
    {
      heading: 'resumed',
      purpose: 'There are some again, after a gap.',
      filter: (g) => g.event('opened', (e) => e.resumed('7 days', { after: '90 days' })),
      edges: [
        'At least one in the last `d`, none in the gap before that, and at least one before the gap.',
        'The gap ends where the last `d` begin: here `(now − 97 days, now − 7 days]`.',
      ],
    },
    {
      heading: 'more often than',
      purpose: 'One thing happened more often than another.',
      filter: (g) =>
        g.moreOften(
          'clicked',
          'opened',
          (e) => e.within('30 days'),
          (e) => e.within('30 days').where('campaign', oneOf('spring', 'fall')),
        ),
      edges: [
        'Strictly more: equal numbers, 0 and 0 among them, are not.',
        'Each side selects its own events.',
      ],
    },
  ],
}

export const sequences: Page = {
  file: 'sequences.md',
  title: 'Sequences',
  intro:
    'Events of one person that follow each other. Each step is strictly later than the one before, by instant and then ' +
    'by id, so one event is never two steps. A sequence has two to ten steps.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'one after another',
      purpose: 'This happened, and later that.',
      filter: (g) => g.sequence((s) => s.from('opened').followedBy('clicked').followedBy('purchase')),
      edges: ['Whatever happened in between does not matter.'],
    },
    {
      heading: 'soon after',
      purpose: 'A step at most so long after the one before.',
      filter: (g) => g.sequence((s) => s.from('opened').followedBy('clicked', { within: '1 hour' })),
      edges: [
        '`within` of a step counts from the step before and includes its end.',
        'Any of the events that fit may be the step before.',
      ],
    },
    {
      heading: 'all within',
      purpose: 'The whole sequence in so much time.',
      filter: (g) =>
        g.sequence((s) => s.from('opened').followedBy('clicked').followedBy('purchase').within('1 day')),
      edges: ['`within` of the sequence counts from its first step.'],
    },
    {
      heading: 'from the first or the last',
      purpose: 'What the sequence starts with.',
      filter: (g) => g.sequence((s) => s.from('opened', { anchor: 'last' }).followedBy('purchase')),
      edges: [
        "`'any'` unless told: it is enough that one such event leads on.",
        "`'first'` and `'last'` are those of the events that `of` selects.",
      ],
    },
    {
      heading: 'from one of the last few',
      purpose:
        'It is enough that one of so many of the last events leads on, or of the first: `{ first: 3 }`.',
      filter: (g) => g.sequence((s) => s.from('opened', { anchor: { last: 5 } }).followedBy('purchase')),
      edges: ['Of fewer events, all are meant.', 'From 1 to 1,000; `{ last: 1 }` is `last`.'],
    },
    {
      heading: 'which events of a step',
      purpose: 'A step may say which events count.',
      filter: (g) =>
        g.sequence((s) =>
          s
            .from('opened', { of: (e) => e.where('campaign', is('spring')) })
            .followedBy('purchase', { of: (e) => e.where('amount', atLeast(100)), within: '7 days' }),
        ),
      edges: ['Windows, times and properties, as for [events](events.md); no measures.'],
    },
    {
      heading: 'by the same',
      purpose: 'A property is the same in the events of all steps.',
      filter: (g) => g.sequence((s) => s.from('opened').followedBy('clicked').by('campaign')),
      edges: [
        'Every step has the property, with a single value and of one type.',
        'An event without it is no step.',
      ],
    },
    {
      heading: 'and then never',
      purpose: 'Something did not follow in time.',
      filter: (g) => g.sequence((s) => s.from('opened').neverFollowedBy('purchase', { within: '3 days' })),
      edges: [
        'It holds once the window has closed without the event; until then the person is not yet a member.',
        'Only the last step can say so, and it or the sequence needs a window.',
        'From any event that leads there: one of them that was not followed is enough.',
      ],
    },
  ],
}
