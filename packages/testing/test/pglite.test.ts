import { expect, test } from 'vitest'
import { startPglite } from '../src/index.ts'

test('each PGlite is empty, and knows nothing of the others', async () => {
  await using first = await startPglite()
  await using second = await startPglite()
  await first.exec('CREATE TABLE people (id text)')
  await expect(second.query('TABLE people')).rejects.toThrow('relation "people" does not exist')
  const { rows } = await first.query('TABLE people')
  expect(rows).toEqual([])
})

test('is Postgres in UTF-8 and orders by code point', async () => {
  await using database = await startPglite()
  const { rows } = await database.query<{ x: string }>(
    "SELECT x FROM unnest(ARRAY['b', 'a', 'é', 'B']) x ORDER BY x",
  )
  expect(rows.map(({ x }) => x)).toEqual(['B', 'a', 'b', 'é'])
})
