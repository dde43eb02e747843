// MJML and what makes text of HTML know nothing of Liquid: while they work, its tags are letters that nobody writes.

const [open, close] = ['\u{F5EA}', '\u{F5EB}']
const held = new RegExp(`${open}(\\d+)${close}`, 'g')
const liquid = /\{\{[\s\S]*?\}\}|\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}|\{%[\s\S]*?%\}/g

/** A source whose tags are held aside. */
export interface Held {
  readonly source: string
  /** Puts the tags back. */
  restore(made: string): string
  /** The tags that something does not have any more, each with the line it was on. */
  lost(made: string): readonly { readonly tag: string; readonly line: number; readonly column: number }[]
}

/** Holds the tags of Liquid aside. */
export function holdTags(source: string): Held {
  const tags: { readonly tag: string; readonly line: number; readonly column: number }[] = []
  const without = source.replaceAll(liquid, (tag, at: number) => {
    const before = source.slice(0, at).split('\n')
    tags.push({ tag, line: before.length, column: before.at(-1)!.length + 1 })
    return `${open}${tags.length - 1}${close}`
  })
  return {
    source: without,
    restore: (made) => made.replaceAll(held, (_, index: string) => tags[Number(index)]?.tag ?? ''),
    lost: (made) => {
      const kept = new Set([...made.matchAll(held)].map(([, index]) => Number(index)))
      return tags.filter((_, index) => !kept.has(index))
    },
  }
}
