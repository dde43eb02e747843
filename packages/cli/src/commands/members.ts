import { exits } from '../failure.ts'
import { plain } from '../view/text.ts'
import { asked, named, opened, project } from './context.ts'
import type { Run } from './run.ts'

/** How many ids are written at a time. */
const atOnce = 1_000

export const run: Run<'members'> = async (call, context) => {
  const { output } = context
  const { limit, after, snapshot, json } = call.flags
  const loaded = await project(call, context)
  const key = call.places[0]!
  const segment = named(loaded, [key])[key]!
  await using database = await opened(loaded, context)
  const members = database.evaluator.members(segment, {
    ...asked(call, context),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(snapshot !== undefined && { snapshot }),
    pageSize: atOnce,
  })
  // JSON is one document however many there are, written as they come.
  if (json === true) await output.print(`{\n  "segment": ${JSON.stringify(key)},\n  "members": [`)
  const lineOf = json === true ? (id: string): string => `    ${JSON.stringify(id)}` : plain
  const between = json === true ? ',\n' : '\n'
  for await (const lines of pages(members, lineOf)) {
    await output.print(lines.ids.join(between) + (json === true && !lines.last ? ',' : ''))
  }
  if (json === true) await output.print('  ]\n}')
  return exits.ok
}

/** Ids as lines, so many at a time; the last of them is known as such. */
async function* pages(
  ids: AsyncIterable<string>,
  lineOf: (id: string) => string,
): AsyncGenerator<{ readonly ids: readonly string[]; readonly last: boolean }> {
  let page: string[] = []
  for await (const id of ids) {
    if (page.length === atOnce) {
      yield { ids: page, last: false }
      page = []
    }
    page.push(lineOf(id))
  }
  if (page.length > 0) yield { ids: page, last: true }
}
