import { issueAt, type MessageIssue } from './errors.ts'
import { holdTags } from './protect.ts'

interface Compiled {
  readonly html: string
  readonly errors?: readonly { readonly line: number; readonly message: string; readonly tagName: string }[]
}
type Compile = (source: string, options: object) => Compiled | Promise<Compiled>

/** The HTML that MJML stands for, with the Liquid that is in it; or what is wrong. */
export async function htmlOfMjml(source: string): Promise<string | readonly MessageIssue[]> {
  const part = 'mjml'
  let compile: Compile
  try {
    const found = (await import('mjml')) as { readonly default: unknown }
    compile = found.default as Compile
  } catch {
    return [issueAt('mjml', { part }, 'no package mjml', "it beside this one: 'npm install mjml'; or html")]
  }
  const tags = holdTags(source)
  let made: Compiled
  try {
    // Nothing but this text is read: files are not included.
    made = await compile(tags.source, { validationLevel: 'soft', ignoreIncludes: true })
  } catch (error) {
    const found = error instanceof Error ? tags.restore(error.message) : 'MJML that cannot be read'
    return [{ ...issueAt('mjml', { part }, found, 'MJML'), message: found }]
  }
  const wrong = (made.errors ?? []).map(({ line, message, tagName }): MessageIssue => {
    const found = `${tags.restore(message)} in <${tagName}>`
    return { ...issueAt('mjml', { part, line, column: 1 }, found, 'MJML'), message: found }
  })
  const lost = tags
    .lost(made.html)
    .map(({ tag, line, column }) =>
      issueAt(
        'mjml',
        { part, line, column },
        `${tag}, which MJML leaves out here`,
        `<mj-raw>${tag}</mj-raw>, or another place`,
      ),
    )
  return wrong.length + lost.length > 0 ? [...wrong, ...lost] : tags.restore(made.html)
}
