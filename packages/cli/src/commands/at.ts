import { clockMs, describe, encodeSegments, nearest, unknownName } from '@segmentry/core'
import { openedRevisions } from '../database/revisions.ts'
import { exits, usage } from '../failure.ts'
import { headline } from '../view/revisions.ts'
import { plain } from '../view/text.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'at'> = async (call, context) => {
  const { output } = context
  const [time = '', segment] = call.places
  checkTime(time)
  const loaded = await project(call, context)
  await using revisions = await openedRevisions(loaded, context)
  const then = await revisions.at(time)
  if (then === undefined) {
    if (call.flags.json === true) await output.printJson(null)
    else output.tell(`No revision had been applied at ${time}.`)
    return exits.no
  }
  const { segments, unsuitable, note, ...revision } = then
  const keys = Object.keys(segments)
  if (segment !== undefined && !Object.hasOwn(segments, segment)) {
    throw usage(
      unknownName('segment', segment, nearest(segment, keys)),
      `Revision ${revision.number} has ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}.`,
    )
  }
  const asked = segment === undefined ? keys : [segment]
  if (call.flags.json === true) {
    const definitions = encodeSegments<string>(segments)
    const picked = Object.fromEntries(asked.map((key) => [key, definitions[key]]))
    await output.printJson({ ...revision, segments: picked, unsuitable, note })
    return exits.ok
  }
  const shown = asked.map((key) => {
    const issues = unsuitable[key]
    const told =
      issues === undefined
        ? describe(segments[key]!, loaded.config.schema).split('\n')
        : ['It does not suit the schema of today:', ...issues.map(({ message }) => message)]
    return [output.style('bold', plain(key)), ...told.map((line) => `  ${plain(line)}`)].join('\n')
  })
  await output.print([headline(revision), note, '', ...shown].join('\n'))
  return exits.ok
}

function checkTime(text: string): void {
  try {
    clockMs(text)
  } catch {
    throw usage(
      `a time is an instant with an offset, found '${text}'`,
      'Write it such as 2026-11-24T09:30:00Z or 2026-11-24T09:30:00+01:00.',
    )
  }
}
