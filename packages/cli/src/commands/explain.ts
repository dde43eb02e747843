import { renderExplanation } from '@segmentry/core'
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
    const lines = renderExplanation(explanation).split('\n').map(plain)
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
