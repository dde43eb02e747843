import { holdTags } from './protect.ts'

/** The text of HTML with Liquid in it: made once, before anybody is looked at. */
export async function textOfHtml(source: string): Promise<string> {
  const { convert } = await import('html-to-text')
  const tags = holdTags(source)
  const made = convert(tags.source, {
    // A line's length is not known before the message is for somebody; what encodes the message folds it.
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  })
  return tags.restore(made).trim()
}

/** A text without the blank lines that tags have left, which stood on lines of their own. */
export const tidy = (text: string): string =>
  text
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
