import {
  between,
  doesNotHave,
  greaterThan,
  has,
  hasAll,
  hasAny,
  hasLength,
  hasNone,
  hasSome,
  atLeast,
  atMost,
  is,
  isMissing,
  isNot,
  isPresent,
  lessThan,
  noneOf,
  oneOf,
  startsWith,
} from '@segmentry/core'
import type { Page } from './reference-schema.ts'

// Fields of every kind, numbers, and lists.

export const fields: Page = {
  file: 'fields.md',
  title: 'Fields',
  intro: 'What can be said of a field whatever its type. A plain value in place of a test means `is`.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'is',
      purpose: 'Exactly this value.',
      filter: (g) => g.field('state', is('CA')),
      edges: [
        "`g.field('state', 'CA')` is the same.",
        'False for a missing value.',
        'Text compares code point by code point; decimals by value, so `19.9` is `19.90`; instants by the millisecond.',
      ],
    },
    {
      heading: 'is not',
      purpose: 'Any other value, and missing ones as the policy says.',
      filter: (g) => g.field('state', isNot('CA', { missing: 'include' })),
      edges: [
        'Without `missing` it compiles for required fields only, and excludes what is missing there all the same.',
        "`missing: 'include'` makes it the complement of `is`; `'exclude'` asks for a value that differs.",
      ],
    },
    {
      heading: 'one of',
      purpose: 'One of several values.',
      filter: (g) => g.field('plan', oneOf('free', 'pro')),
      edges: [
        'At least one value; twice the same counts once.',
        'A value outside a closed set does not compile, and is stored as missing.',
      ],
    },
    {
      heading: 'none of',
      purpose: 'A value other than several.',
      filter: (g) => g.field('state', noneOf(['CA', 'NY'], { missing: 'exclude' })),
      edges: ['The values stand in a list, as the policy follows them.'],
    },
    {
      heading: 'is present',
      purpose: 'There is a value.',
      filter: (g) => g.field('address', isPresent()),
      edges: [
        'Empty text, 0, false, an empty list and an object without keys are values.',
        'A stored value that is not of the declared type is missing.',
      ],
    },
    {
      heading: 'is missing',
      purpose: 'There is no value: no key, null, or a stored value of another type.',
      filter: (g) => g.field('state', isMissing()),
      edges: ['The exact complement of `isPresent()`; it needs no policy.'],
    },
    {
      heading: 'a part of an object',
      purpose: 'Parts are fields of their own, named with a dot.',
      filter: (g) => g.field('address.city', is('Oakland')),
      edges: ['Missing when the object is.', 'Only keys of the object itself count, at every level.'],
    },
    {
      heading: 'two fields compare',
      purpose: 'One field against another of the same person.',
      filter: (g) => g.compare('spent', 'greaterThan', 'limit'),
      edges: [
        "`'is'`, `'lessThan'`, `'atMost'`, `'greaterThan'` or `'atLeast'`; choices and booleans have `'is'` only.",
        'Both have to be of one type, decimals of one scale too.',
        'False when either is missing; `not` around it is true then.',
      ],
    },
  ],
}

export const numbers: Page = {
  file: 'numbers.md',
  title: 'Numbers',
  intro:
    'Integers, numbers and decimals. An integer lies within ±(2^53−1), a number is a finite double, and a decimal has ' +
    'at most as many digits after the point as its scale and 15 in all.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'less than',
      purpose: 'Below a limit.',
      filter: (g) => g.field('visits', lessThan(10)),
      edges: ['False for a missing value: fewer than 10 visits is not the same as no visits known.'],
    },
    {
      heading: 'at most',
      purpose: 'Up to a limit, the limit included.',
      filter: (g) => g.field('score', atMost(0.5)),
      edges: ['Doubles compare as they are: −0 is 0; NaN and infinities are missing.'],
    },
    {
      heading: 'greater than',
      purpose: 'Above a limit.',
      filter: (g) => g.field('spent', greaterThan('499.99')),
      edges: [
        'A decimal may be written as text, which keeps it exact.',
        'More digits after the point than the scale are refused in a definition, and missing where they are stored.',
      ],
    },
    {
      heading: 'at least',
      purpose: 'From a limit on, the limit included.',
      filter: (g) => g.field('visits', atLeast(10)),
      edges: ['A fraction is refused for an integer.'],
    },
    {
      heading: 'between',
      purpose: 'From one value to another.',
      filter: (g) => g.field('visits', between(10, 20)),
      edges: [
        'Both ends are included.',
        'If the first is greater than the second, nothing lies between them.',
      ],
    },
  ],
}

export const lists: Page = {
  file: 'lists.md',
  title: 'Lists',
  intro:
    'A list has elements of one type. Elements that are not of it are dropped, and the rest of the list stays. ' +
    'An empty list is a value.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'has',
      purpose: 'This element is among them.',
      filter: (g) => g.field('languages', has('en')),
      edges: ['Elements compare like fields: text exactly, decimals by value.'],
    },
    {
      heading: 'does not have',
      purpose: 'This element is not among them.',
      filter: (g) => g.field('languages', doesNotHave('en', { missing: 'exclude' })),
      edges: ['True of an empty list. Of a missing one the policy says.'],
    },
    {
      heading: 'has any',
      purpose: 'At least one of these elements.',
      filter: (g) => g.field('languages', hasAny('en', 'fr')),
      edges: ['False of an empty and of a missing list.'],
    },
    {
      heading: 'has all',
      purpose: 'All of these elements, whatever else there is.',
      filter: (g) => g.field('languages', hasAll('en', 'fr')),
      edges: ['Order does not matter, and an element that is named twice has to be there once.'],
    },
    {
      heading: 'has none',
      purpose: 'None of these elements.',
      filter: (g) => g.field('languages', hasNone(['en', 'fr'], { missing: 'include' })),
      edges: ['True of an empty list. Of a missing one the policy says.'],
    },
    {
      heading: 'the whole list',
      purpose: 'These elements in this order, and no others.',
      filter: (g) => g.field('languages', is(['en', 'fr'])),
      edges: [
        'An element that is repeated has to be repeated there.',
        'What is not of the element type is not in the list, so it changes nothing.',
        'The empty list is `hasLength(0)`. False of a missing list.',
        'Lists of objects are asked for their items.',
      ],
    },
    {
      heading: 'another list',
      purpose: 'Any other list, and missing ones as the policy says.',
      filter: (g) => g.field('languages', isNot(['en'], { missing: 'exclude' })),
      edges: ['True of an empty list.'],
    },
    {
      heading: 'has some',
      purpose: 'Some element passes a test of its type.',
      filter: (g) => g.field('languages', hasSome(startsWith('en'))),
      edges: [
        'Every test of the element type, such as an order or a part of the text; no policy, as elements are never missing.',
        'False of an empty and of a missing list.',
      ],
    },
    {
      heading: 'an item',
      purpose: 'An item of a list of objects whose parts pass tests.',
      filter: (g) => g.field('orders', (item) => item.where('sku', 'A-1').where('quantity', greaterThan(2))),
      edges: [
        'Several tests hold for the same item.',
        'Parts may be missing, so a negative test states a policy; what is no object is not in the list.',
        'A list of objects also has `hasLength`, `isBlank` and their like.',
      ],
    },
    {
      heading: 'length',
      purpose: 'How many elements there are.',
      filter: (g) => g.field('languages', hasLength(atLeast(2))),
      edges: [
        'Only elements of the declared type count; the same element twice counts twice.',
        'False of a missing list, also for `hasLength(0)` and `hasLength(lessThan(2))`.',
      ],
    },
  ],
}
