/** What the command ends with, the same for all of its parts. */
export const exits = {
  /** It was done, and the answer is yes where there was a question. */
  ok: 0,
  /** It was done, and the answer is no. */
  no: 1,
  /** What was asked or configured cannot be; trying again will not help. */
  usage: 2,
  /** The database, or what messages are handed to, did not answer; trying again may help. */
  database: 3,
  /** This machine does not let it: a port is taken, a disk is full. */
  machine: 4,
  /** A bug. */
  internal: 5,
} as const

/** One of {@link exits}. */
export type Exit = (typeof exits)[keyof typeof exits]

/**
 * Why a command does not go on, in words for whoever called it.
 *
 * A plain error, as those of arguments are told before anything large has been loaded.
 */
export class Failure extends Error {
  readonly exit: Exit

  constructor(exit: Exit, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}

/** The failure of a call or a configuration that cannot be: what is wrong, then what to do, a line each. */
export const usage = (...lines: readonly string[]): Failure => new Failure(exits.usage, told(lines))

/** A sentence, and further lines indented below it. */
export const told = ([first = '', ...more]: readonly string[]): string =>
  [first, ...more.map((line) => line.replaceAll(/^/gm, '  '))].join('\n')

/** The same for whoever reads no stack: an error of the libraries, with the exit that it means. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const {
    _tag: tag,
    code,
    class: kind,
    sqlState,
  } = Object(thrown) as Readonly<Record<'_tag' | 'code' | 'class' | 'sqlState', unknown>>
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const exit =
    (tag === 'ConnectionError' && typeof code === 'string' && wrongAddress.test(code)
      ? exits.usage
      : undefined) ??
    (tag === 'QueryError' && sqlState === lacksRights ? exits.usage : undefined) ??
    (tag === 'TransportError' && kind === 'retry' ? exits.database : undefined) ??
    (typeof tag === 'string' ? byTag[tag] : undefined) ??
    (typeof code === 'string' ? byCode[code] : undefined)
  if (exit !== undefined) return new Failure(exit, message, { cause: thrown })
  const advice = 'This is a bug of Segmentry: please report it, with what --verbose prints.'
  return new Failure(exits.internal, told([message, advice]), { cause: thrown })
}

/** Errors of the libraries are told by their tags: another copy of a library has other classes. */
const byTag: Readonly<Record<string, Exit>> = {
  SourceError: exits.usage,
  LayoutError: exits.usage,
  DefinitionError: exits.usage,
  SetSegmentError: exits.usage,
  BroadcastError: exits.usage,
  RevisionError: exits.usage,
  ExportError: exits.usage,
  TransportError: exits.usage,
  ConnectionError: exits.database,
  TimeoutError: exits.database,
  CancelledError: exits.database,
  QueryError: exits.database,
  VersionError: exits.database,
}

/** A login that the server refuses, or a database that it does not have: the same address is refused again. */
const wrongAddress = /^(28|3D000$)/

/** A role that may not do something may not do it the next time either. */
const lacksRights = '42501'

const byCode: Readonly<Record<string, Exit>> = {
  ENOSPC: exits.machine,
  ENOENT: exits.machine,
  EIO: exits.machine,
}
