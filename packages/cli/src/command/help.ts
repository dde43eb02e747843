import { callOf } from './parse.ts'
import type { CommandSpec, FlagSpec } from './spec.ts'
import { type CommandName, globalFlags, specs } from './specs.ts'

/** The help of the command, or of one of its parts. */
export function helpOf(name: CommandName | undefined): string {
  return name === undefined ? overview() : partHelp(name)
}

function overview(): string {
  const commands = Object.entries<CommandSpec>(specs).map(([name, { about }]) => [name, about] as const)
  const version = ['-V, --version', 'Show the version'] as const
  return [
    'Segments as code, on your Postgres.',
    'Usage: segmentry <command> [flags]',
    `Commands:\n${columns(commands)}`,
    `Flags of every command:\n${columns([...flagLines(globalFlags), version])}`,
    'Exit codes:\n  0 done, yes   1 no   2 call or configuration   3 database or transport   4 this machine   5 a bug',
    "'segmentry <command> --help' tells more of one.",
  ].join('\n\n')
}

function partHelp(name: CommandName): string {
  const { about, more = [], places, flags }: CommandSpec = specs[name]
  return [
    `${about}.`,
    `Usage: ${callOf(name, places)} [flags]`,
    ...(more.length === 0 ? [] : [more.join('\n')]),
    `Flags:\n${columns(flagLines({ ...flags, ...globalFlags }))}`,
  ].join('\n\n')
}

const flagLines = (
  flags: Readonly<Record<string, FlagSpec>>,
): readonly (readonly [flag: string, about: string])[] =>
  Object.entries(flags).map(([name, { kind, short, value, among, about }]) => {
    const after = kind === 'switch' ? '' : ` <${value ?? among!.join('|')}>`
    return [`${short === undefined ? '   ' : `-${short},`} --${name}${after}`, about]
  })

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
