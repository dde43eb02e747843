import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The recipes of a page are the files that are type-checked and run here: a block whose first line is `// name.ts` is one.

const here = import.meta.dirname
const block = /^```ts\n\/\/ (\S+\.ts)\n(.*?)^```$/gms

/** The text of a page. */
export const readPage = (page: string): string => readFileSync(join(here, '../..', page), 'utf8')

/** Writes the recipes of the pages into `.recipes`. */
export function writeRecipes(...pages: readonly string[]): void {
  const folder = join(here, '.recipes')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const page of pages) writePage(page, folder)
}

function writePage(page: string, folder: string): void {
  const text = readPage(page)
  const recipes = [...text.matchAll(block)]
  const blocks = text.match(/^```ts$/gm)?.length ?? 0
  if (recipes.length !== blocks)
    throw new Error(`${page} has ${blocks} blocks, and ${recipes.length} are named`)
  for (const [, name = '', code = ''] of recipes) writeFileSync(join(folder, name), code)
}
