import { parseArgs } from 'node:util'
import { usage } from '../failure.ts'
import type { Call, CommandSpec, FlagSpec, PlaceSpec } from './spec.ts'
import { type CommandName, globalFlags, specs } from './specs.ts'

/** The near name, looked for only when one is wrong: what knows it takes longer to load than all of this. */
async function near(found: string, known: readonly string[]): Promise<string> {
  const { nearest } = await import('@segmentry/core')
  const suggestion = nearest(found, known)
  return suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`
}

/** What is asked of the command itself, or of one of its parts. */
export interface Asked {
  readonly name: CommandName | undefined
  readonly args: readonly string[]
  readonly help: boolean
  readonly version: boolean
  readonly verbose: boolean
}

/** Finds the part that a call is for: the first word that is no flag. */
export async function partOf(args: readonly string[]): Promise<Asked> {
  const end = args.indexOf('--')
  const flags = end < 0 ? args : args.slice(0, end)
  const has = (...names: readonly string[]): boolean => names.some((name) => flags.includes(name))
  const at = args.findIndex((arg, i) => !arg.startsWith('-') && !isConfig(args[i - 1]))
  const found = at < 0 ? undefined : args[at]!
  const rest = at < 0 ? args : args.toSpliced(at, 1)
  const said = { args: rest, help: has('--help', '-h'), verbose: has('--verbose') }
  if (found === undefined) {
    const version = has('--version', '-V')
    if (!version && !said.help) await refuseFlags(rest)
    return { ...said, name: undefined, version }
  }
  if (found === 'help') {
    const { name } = await partOf(rest)
    return { ...said, name, help: true, version: false }
  }
  if (!Object.hasOwn(specs, found)) {
    await refuseFlags(args.slice(0, at))
    const names = Object.keys(specs)
    throw usage(
      `unknown command '${found}'${await near(found, names)}`,
      `There are ${names.join(', ')}. 'segmentry --help' says what they do.`,
    )
  }
  return { ...said, name: found as CommandName, version: false }
}

const isConfig = (arg: string | undefined): boolean => arg === '--config' || arg === '-c'

/** Flags without a command can only be those of every command. */
async function refuseFlags(args: readonly string[]): Promise<void> {
  const known = [...Object.keys(globalFlags), 'version'].map((name) => `--${name}`)
  const flag = args.find((arg) => arg !== '--' && arg.startsWith('-'))
  if (flag === undefined) return
  const [name = flag] = flag.split('=')
  if (known.includes(name)) return
  throw usage(`found the flag '${flag}' and no command${await near(flag, known)}`, seeHelp())
}

const seeHelp = (name?: CommandName): string =>
  `'segmentry ${name === undefined ? '' : `${name} `}--help' says what can be asked.`

/** Reads the arguments of a command; throws a failure for what it does not take. */
export async function readCall(name: CommandName, args: readonly string[]): Promise<Call> {
  const spec: CommandSpec = specs[name]
  const flags: Readonly<Record<string, FlagSpec>> = { ...spec.flags, ...globalFlags }
  const options = Object.entries(flags).map(
    ([flag, { kind, short }]) =>
      [
        flag,
        { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
      ] as const,
  )
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const places: string[] = []
  const values: Record<string, string | number | boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') places.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (flag === undefined) {
      const known = Object.keys(flags).map((one) => `--${one}`)
      throw usage(`${name} has no flag '${token.rawName}'${await near(token.rawName, known)}`, seeHelp(name))
    }
    if (token.name in values) throw usage(`--${token.name} stands twice`, 'Say it once.')
    values[token.name] = await readFlag(`--${token.name}`, flag, token.value, token.inlineValue)
  }
  await checkPlaces(name, spec.places, places)
  return { places, flags: values }
}

/** The value of one flag. */
async function readFlag(
  name: string,
  { kind, value = 'value', among = [], most = Number.MAX_SAFE_INTEGER }: FlagSpec,
  given: string | undefined,
  inline: boolean | undefined,
): Promise<string | number | boolean> {
  if (kind === 'switch') {
    if (given === undefined) return true
    throw usage(`${name} takes no value, found '${given}'`, `Say ${name} alone, or leave it out.`)
  }
  const what = kind === 'choice' ? among.join(', ') : `<${value}>`
  // A flag that follows is no value, unless it was written as one: --after=-1.
  if (given === undefined || given === '' || (inline !== true && given.startsWith('-'))) {
    const found = given === undefined ? 'nothing' : `'${given}'`
    const example = kind === 'choice' ? among[0] : `<${value}>`
    throw usage(
      `${name} needs a value (${what}), found ${found}`,
      `Write ${name} ${example}, or ${name}=… for one that starts with a dash.`,
    )
  }
  if (kind === 'choice' && !among.includes(given)) {
    throw usage(`${name} is one of ${what}, found '${given}'${await near(given, among)}`)
  }
  if (kind === 'instant' && !(await isInstant(given))) {
    throw usage(
      `${name} is an instant with an offset, found '${given}'`,
      'Write it such as 2026-11-24T09:30:00Z or 2026-11-24T09:30:00+01:00.',
    )
  }
  if (kind === 'share') {
    const share = Number(given)
    if (/^\d*\.?\d+$/.test(given) && share <= 1) return share
    throw usage(`${name} is a share from 0 to 1, such as 0.02, found '${given}'`)
  }
  if (kind !== 'whole') return given
  const number = Number(given)
  if (/^\d+$/.test(given) && number <= most) return number
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
  throw usage(`${name} is a whole number from 0${bound}, found '${given}'`)
}

/** Whether the libraries read a text as a clock; they are what is asked next, so that loading them costs nothing. */
async function isInstant(text: string): Promise<boolean> {
  const { clockMs } = await import('@segmentry/core')
  try {
    clockMs(text)
    return true
  } catch {
    return false
  }
}

async function checkPlaces(
  name: CommandName,
  expected: readonly PlaceSpec[],
  found: readonly string[],
): Promise<void> {
  const missing = expected.find((place, i) => place.optional !== true && found[i] === undefined)
  if (missing !== undefined) {
    throw usage(`${name} needs a ${missing.name}`, `Write: ${callOf(name, expected)}`)
  }
  const many = expected.some((place) => place.many === true)
  if (!many && found.length > expected.length) {
    const most = expected.map((place) => `a ${place.name}`).join(' and ')
    const odd = `found '${found[expected.length]!}'`
    throw usage(
      expected.length === 0 ? `${name} takes no argument, ${odd}` : `${name} takes ${most}, ${odd} too`,
      `Write: ${callOf(name, expected)}`,
    )
  }
  for (const [i, { name: place, among }] of expected.entries()) {
    if (among === undefined || among.includes(found[i]!)) continue
    throw usage(
      `unknown ${place} '${found[i]!}'${await near(found[i]!, among)}`,
      `There are ${among.join(', ')}.`,
    )
  }
  const empty = found.indexOf('')
  if (empty < 0) return
  throw usage(`a ${(expected[empty] ?? expected.at(-1)!).name} is not empty, found ''`)
}

/** A call as the help writes it: `segmentry explain <person> <segment>`. */
export const callOf = (name: CommandName, places: readonly PlaceSpec[]): string =>
  ['segmentry', name, ...places.map(placeText)].join(' ')

const placeText = ({ name, many = false, optional = false }: PlaceSpec): string => {
  const text = `${name}${many ? '…' : ''}`
  return optional ? `[${text}]` : `<${text}>`
}
