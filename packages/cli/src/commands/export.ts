import { resolve } from 'node:path'
import type { Schema } from '@segmentry/core'
import { type ExportError, type Exported, sensitiveFields } from '@segmentry/postgres'
import type { Call } from '../command/spec.ts'
import type { specs } from '../command/specs.ts'
import { exits, usage } from '../failure.ts'
import { writeWhole, writable } from '../file.ts'
import type { Output } from '../output.ts'
import { exportedText } from '../view/export.ts'
import { plain } from '../view/text.ts'
import { asked, named, opened, project } from './context.ts'
import type { Run } from './run.ts'

type ExportCall = Call<(typeof specs)['export']>

export const run: Run<'export'> = async (call, context) => {
  const { output, signal, folder } = context
  const { format = 'csv', out, sensitive = false } = call.flags
  const fields = fieldsOf(call)
  checkCall(call, output)
  const loaded = await project(call, context)
  const [key] = call.places
  const segments = named(loaded, key === undefined ? [] : [key])
  const path = out === undefined ? undefined : await writable(resolve(folder(), out))
  if (fields === 'all' && !sensitive) tellLeftOut(loaded.config.schema, output)
  await using database = await opened(loaded, context)
  const options = {
    ...asked(call, context),
    format,
    fields,
    sensitive,
    ...(call.flags.spreadsheet === true && { spreadsheet: true }),
  }
  const exported =
    key === undefined
      ? database.evaluator.exports(segments, options)
      : database.evaluator.export(segments[key]!, options)
  const counted = countedBytes(exported)
  const stop = watched(counted, exported, output, path !== undefined)
  try {
    if (path !== undefined) await writeWhole(path, counted)
    else await printed(counted, output, signal)
  } catch (error) {
    throw inFlags(error)
  } finally {
    stop()
  }
  if (path !== undefined) output.tell(`${plain(out!)} has ${exportedText(exported.people, counted.bytes)}`)
  return exits.ok
}

function checkCall({ places, flags }: ExportCall, output: Output): void {
  const [key] = places
  const { all = false, format = 'csv', out, spreadsheet = false } = flags
  if (key !== undefined && all)
    throw usage('export takes a segment or --all, found both', 'Leave one of them out.')
  if (key === undefined && !all)
    throw usage(
      'export needs a segment, or --all',
      'Write: segmentry export <segment>, or segmentry export --all',
    )
  if (spreadsheet && format !== 'csv')
    throw usage(`--spreadsheet is for --format csv, found ${format}`, 'Leave it out.')
  if (format === 'parquet' && out === undefined && output.isTerminal)
    throw usage('Parquet is not for a terminal', 'Say --out <file>, or hand it on by a pipe.')
}

/** The fields that are asked for: none unless told. */
function fieldsOf({ flags }: ExportCall): readonly string[] | 'all' {
  const { fields, 'with-fields': all = false } = flags
  if (fields !== undefined && all)
    throw usage('export takes --fields or --with-fields, found both', 'Leave one of them out.')
  if (all) return 'all'
  const names = (fields ?? '').split(',').map((name) => name.trim())
  if (fields !== undefined && names.includes(''))
    throw usage(`--fields is names with commas between them, found '${fields}'`)
  return fields === undefined ? [] : names
}

function tellLeftOut(schema: Schema, output: Output): void {
  const names = sensitiveFields(schema)
  if (names.length > 0)
    output.tell(`Left out, as they are sensitive: ${names.join(', ')}; --sensitive takes them in`)
}

/** What is said in the words of the library, in those of the command. */
function inFlags(error: unknown): unknown {
  const { _tag: tag, reason, field } = Object(error) as Partial<ExportError>
  return tag === 'ExportError' && reason === 'sensitive'
    ? usage(`the field '${field}' is sensitive`, 'Say --sensitive to export it too, or leave it out.')
    : error
}

interface Counted extends AsyncIterable<Uint8Array> {
  readonly bytes: number
}

function countedBytes(exported: Exported): Counted {
  let bytes = 0
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of exported) {
      bytes += piece.length
      yield piece
    }
  }
  const all = pieces()
  return {
    get bytes() {
      return bytes
    },
    [Symbol.asyncIterator]: () => all,
  }
}

async function printed(
  pieces: AsyncIterable<Uint8Array>,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const interrupted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  )
  interrupted.catch(() => undefined)
  // Whoever reads may have stopped reading: then nothing is ever written.
  for await (const piece of pieces) await Promise.race([output.write(piece), interrupted])
}

/** How often is told how far it is, where it stands in place and where it is a line each time. */
const inPlaceMs = 1_000
const elsewhereMs = 5_000

/** Tells how far an export is until it is told to stop; not where the rows themselves are shown. */
function watched(counted: Counted, exported: Exported, output: Output, isFile: boolean): () => void {
  const { ticker } = output
  if (!isFile && output.isTerminal) return () => undefined
  const begun = performance.now()
  const show = (): void => {
    const seconds = Math.round((performance.now() - begun) / 1_000)
    ticker.show(`Exporting … ${exportedText(exported.people, counted.bytes)}, ${seconds} s`)
  }
  const timer = setInterval(show, ticker.isInPlace ? inPlaceMs : elsewhereMs)
  return () => {
    clearInterval(timer)
    ticker.clear()
  }
}
