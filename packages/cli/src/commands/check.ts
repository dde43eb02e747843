import { relative } from 'node:path'
import type { SegmentsByKey } from '@segmentry/core'
import {
  corrected,
  type Finding,
  findings,
  findingsSarif,
  inspect,
  type Severity,
  unsuitable,
} from '@segmentry/review'
import type { Loaded } from '../config/load.ts'
import { openOn } from '../database/open.ts'
import { exits, usage } from '../failure.ts'
import { checkText, fixesText } from '../view/check.ts'
import { named, project } from './context.ts'
import { type Context, type Run, stoppable } from './run.ts'

export const run: Run<'check'> = async (call, context) => {
  const { output } = context
  const { format = 'text', 'fail-on': failOn = 'error', fix = false, offline = false } = call.flags
  if (fix && format === 'sarif') {
    throw usage(
      'found --fix and --format sarif, expected one of them',
      'What is corrected is text, or --format json.',
    )
  }
  const loaded = await project(call, context)
  const asked = named(loaded, call.places)
  const { schema, segments } = loaded.config
  const unfit = unsuitable(segments, schema)
  const sound = without(segments, new Set(unfit.map(({ key }) => key)))
  if (fix) {
    const fixes = corrected(without(asked, new Set(unfit.map(({ key }) => key))), schema)
    if (format === 'text') await output.print(fixesText(fixes))
    else await output.printJson(fixes)
    return exits.ok
  }
  const proven = [...unfit, ...findings(sound, schema, { splits: splitsOf(loaded, sound) })]
  const seen = offline ? [] : await seenIn(loaded, sound, call.flags['no-data'] !== true, context)
  const all = [...proven, ...seen]
  const told = call.places.length === 0 ? all : all.filter((one) => isAbout(one, asked, loaded))
  if (format === 'json') await output.printJson(told)
  else if (format === 'sarif') {
    const file = relative(context.folder(), loaded.path).replaceAll('\\', '/')
    await output.printJson(findingsSarif(told, { elsewhere: { file } }))
  } else {
    const style = (severity: Severity, text: string): string => output.style(styles[severity], text)
    await output.print(checkText(told, Object.keys(asked).length, style))
  }
  return told.some(({ severity }) => failing[failOn].includes(severity)) ? exits.no : exits.ok
}

const failing: Readonly<Record<'error' | 'warning' | 'never', readonly Severity[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
  never: [],
}

const styles = { error: 'red', warning: 'yellow', note: 'cyan' } as const

const without = (segments: SegmentsByKey<string>, keys: ReadonlySet<string>): SegmentsByKey<string> =>
  Object.fromEntries(Object.entries(segments).filter(([key]) => !keys.has(key)))

/** The splits of which all segments suit the schema. */
function splitsOf({ config: { splits = {} } }: Loaded, sound: SegmentsByKey<string>): typeof splits {
  const isSound = (key: string | undefined): boolean => key === undefined || Object.hasOwn(sound, key)
  return Object.fromEntries(
    Object.entries(splits).filter(([, { branches }]) =>
      branches.every((branch) => isSound('when' in branch ? branch.when : undefined)),
    ),
  )
}

/** What the database says. */
async function seenIn(
  loaded: Loaded,
  segments: SegmentsByKey<string>,
  data: boolean,
  { output, signal }: Context,
): Promise<readonly Finding[]> {
  const { made, close } = await output.during(
    'Looking at the database',
    stoppable(
      openOn(loaded, async (source, connection, settings) => {
        const { views, revisions = 'segmentry_review' } = loaded.config
        const options = { data, signal, ...(views !== undefined && { revisions }) }
        const seen = await inspect(segments, source, connection, options, settings)
        return { seen, close: async () => undefined }
      }),
      signal,
    ),
  )
  await close()
  return made.seen
}

/** Whether something is about segments that were named, or about what they look at. */
function isAbout(
  { on, key, related = [] }: Finding,
  asked: SegmentsByKey<string>,
  { config }: Loaded,
): boolean {
  if (on === 'segment') return Object.hasOwn(asked, key)
  // A table that does not fit is in the way of all segments.
  if (on === 'table') return related.length === 0 || related.some((one) => Object.hasOwn(asked, one))
  if (on !== 'split') return related.some((one) => Object.hasOwn(asked, one))
  const branches = config.splits?.[key]?.branches ?? []
  return branches.some((branch) => 'when' in branch && Object.hasOwn(asked, branch.when))
}
