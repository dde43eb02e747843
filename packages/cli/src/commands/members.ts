import { exits, usage } from '../failure.ts'
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
  const head = json === true ? `{\n  "segment": ${JSON.stringify(key)},\n  "members": [` : undefined
  const lineOf = json === true ? (id: string): string => `    ${JSON.stringify(id)}` : plain
  const between = json === true ? ',\n' : '\n'
  let isBegun = false
  const begin = async (): Promise<void> => {
    if (!isBegun && head !== undefined) await output.print(head)
    isBegun = true
  }
  try {
    for await (const lines of pages(members, lineOf)) {
      await begin()
      await output.print(lines.ids.join(between) + (json === true && !lines.last ? ',' : ''))
    }
  } catch (error) {
    throw isAboutAfter(error) ? usage(error.message) : error
  }
  await begin()
  if (json === true) await output.print('  ]\n}')
  return exits.ok
}

/** What is no id of these people has no place in their order: that is for whoever calls, and no bug. */
const isAboutAfter = (error: unknown): error is RangeError =>
  error instanceof RangeError && error.message.startsWith('after ')

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
