import { type Duration, durationMs } from '@segmentry/core'
import type { Breach, Plan, Policy } from '@segmentry/review'
import { baseOf, editionOf } from '../base/base.ts'
import { openedReview } from '../database/review.ts'
import { exits, usage } from '../failure.ts'
import { plain } from '../view/text.ts'
import { asked, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'plan'> = async (call, context) => {
  const { output } = context
  const { base, budget, samples, format = 'text', 'fail-if': failIf } = call.flags
  const library = await import('@segmentry/review')
  const policies = policiesOf(failIf, library.parsePolicy)
  if (budget !== undefined && !isDuration(budget)) {
    throw usage(`--budget is no duration: '${budget}'`, "Expected such as '30 seconds' or '5 minutes'.")
  }
  // What is lacking for a comment is told before everybody is counted.
  const host =
    call.flags.comment === true ? (await import('../comment/host.ts')).hostOf(process.env) : undefined
  const loaded = await project(call, context)
  const before = await output.during('Reading the base', baseOf(loaded, base, context))
  for (const note of before.notes) output.tell(note)
  await using review = await openedReview(loaded, context)
  const plan = await output.during(
    'Planning',
    review.plan(before.edition, editionOf(loaded.config), {
      ...asked(call, context),
      ...(budget !== undefined && { budget }),
      ...(samples !== undefined && { samples }),
    }),
  )
  const found = library.breaches(plan, policies)
  const title = `Segments, compared with ${before.name}`
  await output.print(shown(plan, title, found))
  if (host !== undefined) {
    const { comment } = await import('../comment/comment.ts')
    const texts = [false, true].map((isBrief) => markdown(plan, title, found, isBrief))
    const place = await output.during('Commenting', comment(texts, host))
    output.tell(`The plan is on ${place}.`)
  }
  return found.length > 0 ? exits.no : exits.ok

  function markdown(made: Plan, heading: string, over: readonly Breach[], isBrief: boolean): string {
    const breached = over.map((one) => `- **${breachText(one)}**`).join('\n')
    return `${library.planMarkdown(made, heading, { isBrief })}${breached === '' ? '' : `\n${breached}\n`}`.trimEnd()
  }

  function shown(made: Plan, heading: string, over: readonly Breach[]): string {
    switch (format) {
      case 'json':
        return JSON.stringify({ base: before.name, ...made, breaches: over }, undefined, 2)
      case 'markdown':
        return markdown(made, heading, over, false)
      case 'html':
        return library.planHtml(made, heading).trimEnd()
      case 'text': {
        const style = {
          heading: (text: string) => output.style('bold', text),
          added: (text: string) => output.style('green', text),
          removed: (text: string) => output.style('red', text),
        }
        const told = over.map((one) => output.style('red', breachText(one)))
        return [
          output.style('bold', plain(heading)),
          '',
          library.planText(made, style),
          ...(told.length > 0 ? ['', ...told] : []),
        ].join('\n')
      }
    }
  }
}

const isDuration = (text: string): text is Duration => (durationMs(text) ?? 0) > 0

const breachText = ({ key, found, policy }: Breach): string =>
  `${plain(key)}: ${found}, and the policy is to fail if ${policy.text}`

/** The policies of a flag, parted by commas. */
function policiesOf(text: string | undefined, parse: (text: string) => Policy | string): readonly Policy[] {
  if (text === undefined) return []
  return text.split(',').map((one) => {
    const policy = parse(one)
    if (typeof policy === 'string') throw usage(`--fail-if: ${policy}`)
    return policy
  })
}
