import { last } from '@segmentry/core'
import { type Page, segment } from './reference-schema.ts'

export const tags: Page = {
  file: 'tags.md',
  title: 'Tags',
  intro:
    'A tag is there or not. A tag that the schema does not name is refused, unless its tags are open. Tags have no ' +
    'history: an evaluation at an earlier `now` uses the tags of today.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'a tag',
      purpose: 'The person carries it.',
      filter: (g) => g.tag('VIP'),
      edges: ['Compared exactly, as text is.'],
    },
    {
      heading: 'a tag in a window',
      purpose: 'The person was given it then, and still carries it.',
      filter: (g) => g.tag('VIP', last('7 days')),
      edges: [
        'Where the source does not record when tags are given, it is refused (`not-recorded`).',
        'In process, a tag without an instant lies in no window.',
      ],
    },
    {
      heading: 'any tag',
      purpose: 'At least one of these.',
      filter: (g) => g.anyTag('VIP', 'beta'),
      edges: ['Short for `any` of tags.'],
    },
    {
      heading: 'all tags',
      purpose: 'All of these.',
      filter: (g) => g.allTags('VIP', 'beta'),
      edges: ['Short for `all` of tags.'],
    },
    {
      heading: 'no tag',
      purpose: 'None of these.',
      filter: (g) => g.noTag('churned', 'beta'),
      edges: ['People without any tag pass.'],
    },
  ],
}

const vip = segment()
  .group((g) => g.tag('VIP'))
  .titled('VIP')
const note = { reason: 'asked by mail', author: 'ann' }

export const membership: Page = {
  file: 'membership.md',
  title: 'Other segments, static lists of people, samples',
  intro:
    "In the code below, `vip` is a segment with the title VIP whose one group is `g.tag('VIP')`, and `note` is " +
    "`{ reason: 'asked by mail', author: 'ann' }`.",
  source: import.meta.filename,
  entries: [
    {
      heading: 'in another segment',
      purpose: 'A segment used in another one.',
      filter: (g) => g.in(vip).event('opened'),
      edges: [
        'Read as if its rule, and its lists of people, stood here; never from stored membership.',
        'The limits on nesting and filters hold for the whole, with what it refers to.',
        'As data it refers by key; a circle is refused with the whole path: `a → b → a`.',
      ],
    },
    {
      heading: 'not in another segment',
      purpose: 'People who are not in it.',
      filter: (g) => g.notIn(vip),
      edges: ['The exact complement.'],
    },
    {
      heading: 'near a point',
      purpose: 'Two fields in degrees name a place at most so far away.',
      filter: (g) =>
        g.near(
          { latitude: 'lat', longitude: 'lon' },
          { latitude: 37.8, longitude: -122.27 },
          { kilometers: 5 },
        ),
      edges: [
        'A distance is in `meters`, `kilometers` or `miles`.',
        'A great circle on a sphere; off by at most 0.56 % from the ellipsoid.',
        'Degrees that are missing, or that there are none of, are near nothing.',
      ],
    },
    {
      heading: 'people',
      purpose: 'A list of people as a filter of a rule.',
      filter: (g) => g.people('p1', 'p2'),
      edges: ['By the text of their ids.', 'Someone who is not of the population is in no segment.'],
    },
    {
      heading: 'bucket',
      purpose: 'A stable share of people, drawn with a salt.',
      filter: (g) => g.bucket('spring-2026', 0, 50),
      edges: [
        'Per cent, to the hundredth; the first is included, the second is not, so shares next to each other tile.',
        'The number is the first four bytes, big-endian, of `sha256(salt ‖ 0x00 ‖ id)`, modulo 10,000.',
        'One salt is one draw: another salt draws independently.',
      ],
    },
    {
      heading: 'put people in',
      purpose: 'People are members whatever the rule says.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .includePeople(['p1', 'p2'], note),
      edges: ['Each entry keeps its reason and its author.', 'Outside the hash, as titles are.'],
    },
    {
      heading: 'take people out',
      purpose: 'People are no members, whatever else is said.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .includePeople(['p1'], note)
          .excludePeople(['p1', 'p3'], note),
      edges: ['It beats `includePeople`, which beats the rule: `p1` is no member here.'],
    },
  ],
}

export const groups: Page = {
  file: 'groups.md',
  title: 'Groups',
  intro:
    'A segment is made of groups. A person is a member when any group matches, and a group matches when all of its ' +
    'filters do. Every filter is true or false of every person.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'one group',
      purpose: 'All of its filters hold.',
      whole: () => segment().group((g) => g.tag('VIP').field('state', 'CA')),
      edges: ['A group without a filter does not compile, and is refused as data.'],
    },
    {
      heading: 'several groups',
      purpose: 'Any of them matches.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .group((g) => g.field('state', 'CA')),
      edges: ['A segment without a group does not compile.'],
    },
    {
      heading: 'exclude',
      purpose: 'Takes people away from the whole.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .group((g) => g.field('state', 'CA'))
          .exclude((g) => g.tag('churned')),
      edges: ['From the union of all groups, wherever it is written.', 'Alone it makes no segment.'],
    },
    {
      heading: 'all',
      purpose: 'All of these, inside another filter.',
      filter: (g) => g.any((g) => g.tag('VIP').all((g) => g.tag('beta').field('state', 'CA'))),
      edges: ['Groups nest freely, to 32 levels.'],
    },
    {
      heading: 'any',
      purpose: 'At least one of these.',
      filter: (g) => g.any((g) => g.tag('VIP').field('state', 'CA')),
      edges: ['At least one filter: nothing is empty by accident.'],
    },
    {
      heading: 'none',
      purpose: 'Not one of these.',
      filter: (g) => g.none((g) => g.tag('churned').field('state', 'CA')),
      edges: ['The exact complement of `any`: a person whose state is missing passes that part.'],
    },
    {
      heading: 'not',
      purpose: 'Not all of these.',
      filter: (g) => g.not((g) => g.tag('churned').field('state', 'CA')),
      edges: ['The exact complement of `all`.'],
    },
    {
      heading: 'everyone',
      purpose: 'The whole population.',
      filter: (g) => g.everyone(),
      edges: ['Written out, as an empty segment is an error.'],
    },
    {
      heading: 'labels',
      purpose: 'What people call a segment, what it is for, and who answers for it.',
      whole: () =>
        segment()
          .group((g) => g.tag('VIP'))
          .titled('VIP')
          .described('Customers we call by name')
          .ownedBy('care team'),
      edges: ['They are free text and change neither who is a member nor the hash.'],
    },
  ],
}
