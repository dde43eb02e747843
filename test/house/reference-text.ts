import {
  atLeast,
  between,
  contains,
  doesNotContain,
  doesNotEndWith,
  doesNotMatch,
  doesNotStartWith,
  endsWith,
  hasEmailDomain,
  is,
  isBlank,
  isNotBlank,
  matches,
  startsWith,
} from '@segmentry/core'
import type { Page } from './reference-schema.ts'

export const text: Page = {
  file: 'text.md',
  title: 'Text',
  intro:
    'Text is compared exactly, code point by code point: case matters, nothing is trimmed or normalised, and no ' +
    'character stands for another unless the test is a pattern.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'ignoring case',
      purpose: 'A to Z and a to z are taken for the same, in every test of text.',
      filter: (g) => g.field('state', is('ca', { ignoringCase: true })),
      edges: [
        'No other letters are folded: `É` and `é` stay different, and so do `K` and the Kelvin sign.',
        "Of several: `oneOf(['ca', 'ny'], { ignoringCase: true })`, and `noneOf` as other negative tests.",
      ],
    },
    {
      heading: 'contains',
      purpose: 'This text stands anywhere in it.',
      filter: (g) => g.field('state', contains('al')),
      edges: ['Literal: `%` and `_` are characters like others.', 'The text to look for is not empty.'],
    },
    {
      heading: 'does not contain',
      purpose: 'This text stands nowhere in it.',
      filter: (g) => g.field('state', doesNotContain('al', { missing: 'include' })),
      edges: ["With both options: `{ missing: 'include', ignoringCase: true }`."],
    },
    {
      heading: 'starts with',
      purpose: 'It begins with this text.',
      filter: (g) => g.field('state', startsWith('C')),
      edges: ['White space before it is part of the text.'],
    },
    {
      heading: 'does not start with',
      purpose: 'It begins with something else.',
      filter: (g) => g.field('state', doesNotStartWith('C', { missing: 'exclude' })),
      edges: ['True of empty text.'],
    },
    {
      heading: 'ends with',
      purpose: 'It ends with this text.',
      filter: (g) => g.field('email', endsWith('.edu')),
      edges: ['For domains use `hasEmailDomain`, which knows where a domain begins.'],
    },
    {
      heading: 'does not end with',
      purpose: 'It ends with something else.',
      filter: (g) => g.field('email', doesNotEndWith('.edu')),
      edges: ['`email` is required here, so there is no policy to state.'],
    },
    {
      heading: 'matches a pattern',
      purpose: 'The whole text has a form.',
      filter: (g) => g.field('state', matches('[A-Z]?-*')),
      edges: [
        '`*` is any run of characters, also none; `?` any one; `[a-z]` one of a set, `[^a-z]` one outside it; `\\` takes the next of `* ? [ ] \\ ^ -` as it is.',
        'A character is a code point, line ends included; a range goes by code point.',
        'At most 200 pieces; it takes time in proportion to the text.',
      ],
    },
    {
      heading: 'does not match',
      purpose: 'The whole text does not have a form.',
      filter: (g) => g.field('state', doesNotMatch('[A-Z][A-Z]', { missing: 'include' })),
      edges: ['With `ignoringCase`, sets and ranges take both cases of their ASCII letters.'],
    },
    {
      heading: 'e-mail domain',
      purpose: 'An address at one of these domains.',
      filter: (g) => g.field('email', hasEmailDomain('example.com', 'example.org')),
      edges: [
        'Case does not matter. A domain is the whole part after the `@`: `mail.example.com` is another one.',
        'Text without exactly one `@`, with nothing before it or with white space is no address.',
        'It tells domains apart; it does not check that mail could arrive.',
      ],
    },
    {
      heading: 'order of text',
      purpose: 'Text from one to another, by code point.',
      filter: (g) => g.field('state', between('A', 'M')),
      edges: [
        'The order of UTF-8 bytes, whatever the collation of the database: `Z` is before `a`, and `MA` is after `M`.',
        'Also `lessThan`, `atMost`, `greaterThan` and `atLeast`. They do not ignore case.',
      ],
    },
    {
      heading: 'versions',
      purpose: 'A semantic version from one on.',
      filter: (g) => g.field('app', atLeast('2.0.0')),
      edges: [
        'Ordered as versions are: `10.0.0` is above `9.0.0`, `2.0.0-beta.1` below `2.0.0`.',
        'Build metadata does not count, also not for `is`.',
        'Text that is no version, `v2.0.0` and `2.0` among them, is missing.',
        'The tests of numbers, and no parts of text.',
      ],
    },
    {
      heading: 'is blank',
      purpose: 'Missing, empty, or only white space.',
      filter: (g) => g.field('state', isBlank()),
      edges: [
        'White space is a fixed set of characters, the same in every evaluator.',
        'A list is blank when it is empty.',
      ],
    },
    {
      heading: 'is not blank',
      purpose: 'Something other than white space is there.',
      filter: (g) => g.field('state', isNotBlank()),
      edges: ['The exact complement of `isBlank()`; it needs no policy.'],
    },
  ],
}
