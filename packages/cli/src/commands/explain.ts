import { type Explanation, renderExplanation } from '@segmentry/core'
import { exits } from '../failure.ts'
import { plain } from '../view/text.ts'
import { asked, named, opened, project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'explain'> = async (call, context) => {
  const { output } = context
  const [person = '', key = ''] = call.places
  const loaded = await project(call, context)
  const segment = named(loaded, [key])[key]!
  await using database = await opened(loaded, context)
  const explanation = await output.during(
    'Explaining',
    database.evaluator.explain(segment, person, asked(call, context)),
  )
  if (call.flags.json === true) await output.printJson(explanation)
  else {
    const lines = renderExplanation(onOneLine(explanation)).split('\n')
    await output.print(
      lines
        .map((line) =>
          line.replace('✓', () => output.style('green', '✓')).replace('✗', () => output.style('red', '✗')),
        )
        .join('\n'),
    )
  }
  return explanation.member ? exits.ok : exits.no
}

type Reason = NonNullable<Explanation['reason']>

/** With everything that others wrote on one line each, so that the lines are those of the explanation. */
const onOneLine = ({ person, reason, ...more }: Explanation): Explanation => ({
  ...more,
  person: plain(person),
  ...(reason !== undefined && { reason: plainReason(reason) }),
})

const plainReason = ({ text, finding, of, ...more }: Reason): Reason => ({
  ...more,
  text: plain(text),
  ...(finding !== undefined && { finding: plain(finding) }),
  ...(of !== undefined && { of: of.map(plainReason) }),
})
