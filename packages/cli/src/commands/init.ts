import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { encodeSegments } from '@segmentry/core'
import type { Call } from '../command/spec.ts'
import type { specs } from '../command/specs.ts'
import { exits, usage } from '../failure.ts'
import { type Asked, makeTables, onDatabase } from '../init/database.ts'
import { declare } from '../init/declare.ts'
import { find, type Found } from '../init/find.ts'
import { example, exampleSegments } from '../init/layout.ts'
import { besides, placeOf } from '../init/place.ts'
import { filesOf, pathsOf } from '../init/project.ts'
import { addedOf, type NewFile, refuseExisting, refuseFile, writeAll } from '../init/write.ts'
import { findingsText, segmentsText } from '../view/init.ts'
import { nextText } from '../view/next.ts'
import { type Context, type Run, stoppable } from './run.ts'

type Flags = Call<(typeof specs)['init']>['flags']

/** The schema of the database that the default tables are in. */
const layoutName = 'segmentry'

export const run: Run<'init'> = async ({ flags }, context) => {
  const { output } = context
  refuseTogether(flags)
  const from = context.folder()
  const folder = resolve(from, flags.dir ?? '.')
  refuseFile(folder, flags.dir ?? '.')
  const place = placeOf(folder)
  const pipeline = join(place.root, '.gitlab-ci.yml')
  const isIncluding = existsSync(pipeline)
  const pglite = flags.pglite === undefined ? {} : { pglite: resolve(from, flags.pglite) }
  const ci = flags.ci ?? (flags.pglite !== undefined ? 'none' : isIncluding ? 'gitlab' : 'github')
  const layout = flags.layout === true ? { layout: layoutName } : {}
  const isDry = flags['dry-run'] === true
  if (!isDry) refuseExisting(pathsOf(place, { ci, ...layout }), from)

  const asked = { folder, ...pglite, ...(flags.database !== undefined && { url: flags.database }) }
  const found = flags.layout === true ? exampleFound() : await findIn(asked, flags, context)
  // A file .env may have said it meanwhile.
  const isUnset = flags.pglite === undefined && (process.env['DATABASE_URL'] ?? '') === ''
  const { findings, declared, segments, because } = found
  const files = await filesOf(place, { ...found, ...pglite, ...layout, ci })
  const isMade = flags.yes === true && !isDry
  // Files do not speak of what could not be made.
  if (isMade) await output.during('Making the tables', makeTables(asked, declared.schema, layoutName))
  const written = isDry ? [] : writeAll(files, from)

  if (flags.json === true) {
    await output.printJson({
      ...findings,
      segments: segments.map(({ key, people, segment }) => ({
        key,
        people,
        definition: encodeSegments<string>({ [key]: segment })[key],
      })),
      files: isDry ? Object.fromEntries(added(files, from)) : written,
    })
    return exits.ok
  }
  const style = (text: string): string => output.style('bold', text)
  const begun = {
    ...layout,
    ...(flags.pglite !== undefined && { pglite: besides(folder, resolve(from, flags.pglite)) }),
    folder: relative(from, folder),
    isUnset,
    isMade,
    ci,
    isIncluding,
  }
  const after = isDry
    ? [
        ...added(files, from).map(([path, text]) => `${style(`--- ${path}`)}\n${text.trimEnd()}`),
        'Nothing was written.',
      ]
    : [[style('Written'), ...written.map((path) => `  ${path}`)].join('\n'), nextText(begun, style)]
  const before = flags.layout === true ? [] : [findingsText(findings, because, style)]
  await output.print([...before, segmentsText(segments, declared.schema, style), ...after].join('\n\n'))
  return exits.ok
}

/** What is written, or would be, by path. */
const added = (files: readonly NewFile[], from: string): readonly (readonly [path: string, text: string])[] =>
  files.flatMap((file) => {
    const text = addedOf(file)
    return text === undefined ? [] : [[relative(from, file.path), text] as const]
  })

/** Flags that mean nothing beside each other. */
function refuseTogether(flags: Flags): void {
  const has = (name: keyof Flags): boolean => flags[name] !== undefined
  if (has('database') && has('pglite')) {
    throw usage('found --database and --pglite, expected one of them', 'A database is a server or a folder.')
  }
  if (has('yes') && !has('layout')) {
    throw usage(
      'found --yes without --layout',
      'It makes the tables of the default layout; a database with tables is only looked at.',
    )
  }
  const odd = (['people', 'schema'] as const).find((name) => has(name) && has('layout'))
  if (odd !== undefined) {
    throw usage(
      `found --${odd} and --layout, expected one of them`,
      `--${odd} is about tables of yours, and --layout about those that Segmentry makes.`,
    )
  }
}

function exampleFound(): Found {
  const declared = declare(example)
  return { findings: example, declared, segments: exampleSegments(declared.schema), because: [] }
}

/** Looks through the database that is asked for. */
async function findIn(asked: Asked, flags: Flags, { output, signal }: Context): Promise<Found> {
  const schemas = [...new Set((flags.schema ?? 'public').split(',').map((name) => name.trim()))]
  if (schemas.includes('')) {
    throw usage(`--schema has an empty name: '${flags.schema}'`, 'Write it such as public, or public,crm.')
  }
  const where = { schemas, ...(flags.people !== undefined && { people: flags.people }) }
  const work = onDatabase(asked, (connection) => find(connection, where))
  return output.during('Looking at the database', stoppable(work, signal))
}
