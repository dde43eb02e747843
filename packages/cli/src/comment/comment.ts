import { type Host, pageSize } from './host.ts'

/** Stands in our comments and in nobody else's. */
const mark = '<!-- segmentry plan -->'

/**
 * Puts a text on the pull or merge request of a host, in place of the one before; gives where.
 *
 * Texts are given from the longest to the shortest: the first that the host takes is put there.
 */
export async function comment(texts: readonly string[], host: Host): Promise<string> {
  const bodies = texts.map((text) => `${mark}\n${text}`)
  const body = bodies.find(({ length }) => length <= host.most) ?? cut(bodies.at(-1)!, host.most)
  const before = await ours(host)
  await (before === undefined ? host.create(body) : host.replace(before, body))
  return host.name
}

async function ours(host: Host): Promise<number | undefined> {
  for (let page = 1; ; page += 1) {
    const comments = await host.list(page)
    const found = comments.find(({ body }) => body.startsWith(mark))
    if (found !== undefined) return found.id
    if (comments.length < pageSize) return undefined
  }
}

const end = '\n\n… The rest is in the log of the run.\n'

/** Whole lines, as many as there is room for. */
function cut(text: string, most: number): string {
  const kept = text.slice(0, most - end.length)
  return `${kept.slice(0, Math.max(0, kept.lastIndexOf('\n')))}${end}`
}
