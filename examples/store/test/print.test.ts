import { expect, test } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { indented, table } from '../src/print.ts'

test('columns are as wide as their widest cell, numbers stand to the right', () => {
  const text = stripVTControlCharacters(
    table(
      ['segment', 'people'],
      [
        ['vip', 12],
        ['everybody', 2379],
      ],
    ),
  )
  expect(text).toBe(['  segment    people', '  vip            12', '  everybody   2,379'].join('\n'))
})

test('every line is indented', () => {
  expect(indented('a\nb')).toBe('  a\n  b')
})
