import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The recipes of a page are the files that are type-checked and run here: a block whose first line is `// name.ts` is one.

const here = import.meta.dirname
const block = /^```ts\n\/\/ (\S+\.ts)\n(.*?)^```$/gms

/** Writes the recipes of a page into `.recipes`, and says how many there are. */
export function writeRecipes(page: string): number {
  const text = readFileSync(join(here, '../..', page), 'utf8')
  const recipes = [...text.matchAll(block)]
  const blocks = text.match(/^```ts$/gm)?.length ?? 0
  if (recipes.length !== blocks)
    throw new Error(`${page} has ${blocks} blocks, and ${recipes.length} are named`)
  const folder = join(here, '.recipes')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [, name = '', code = ''] of recipes) writeFileSync(join(folder, name), code)
  return recipes.length
}
