import type { CommandSpec, FlagSpec } from './spec.ts'
import { globalFlags, type shells, specs } from './specs.ts'

/** A shell that there are completions for. */
export type Shell = (typeof shells)[number]

// Segments and broadcasts are asked of the command itself, by the configuration where the shell stands; where there is none, nothing is offered.

/** The script that completes calls in a shell. */
export const completionsOf = (shell: Shell): string => scripts[shell]()

const commands = Object.entries<CommandSpec>(specs)
const names = commands.map(([name]) => name)

const flagsOf = ({ flags }: CommandSpec): readonly (readonly [string, FlagSpec])[] =>
  Object.entries({ ...flags, ...globalFlags })

/** The words that stand for themselves in a place of a command. */
const wordsOf = ({ places }: CommandSpec): readonly string[] => places.flatMap(({ among = [] }) => among)

/** The call that lists what may stand in a place of a command: segments or broadcasts. */
function listOf({ places }: CommandSpec): string | undefined {
  const taken = new Set(places.map(({ name }) => name))
  const command = taken.has('segment') ? 'list' : taken.has('broadcast') ? 'broadcasts' : undefined
  return command === undefined ? undefined : `segmentry ${command} --keys 2>/dev/null`
}

/** Text in single quotes, in any of the three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

function bash(): string {
  const cases = commands.map(([name, spec]) => {
    const flags = flagsOf(spec)
    const choices = flags.flatMap(([flag, { among }]) =>
      among === undefined ? [] : [`      --${flag}) words=${quoted(among.join(' '))} ;;`],
    )
    const free = flags.filter(([, { kind }]) => kind !== 'switch' && kind !== 'choice')
    const files = free.map(([flag, { short }]) => `--${flag}${short === undefined ? '' : `|-${short}`}`)
    const own = wordsOf(spec).join(' ')
    const list = listOf(spec)
    const words = list === undefined ? quoted(own) : `"${own}$(${list} | ${plainKeys})"`
    return [
      `    ${name})`,
      `      flags=${quoted(flags.map(([flag]) => `--${flag}`).join(' '))}`,
      '      case "$before" in',
      ...choices,
      ...(files.length === 0 ? [] : [`      ${files.join('|')}) return ;;`]),
      `      *) if [[ "$current" == -* ]]; then words="$flags"; else words=${words}; fi ;;`,
      '      esac ;;',
    ].join('\n')
  })
  // What macOS has is bash 3, which knows no mapfile.
  return `_segmentry() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags='' words=''
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) [[ "$COMP_CWORD" == 1 ]] && words=${quoted([...names, '--help', '--version'].join(' '))} ;;
  esac
  COMPREPLY=($(compgen -W "\${words:-$flags}" -- "$current"))
}
complete -o default -F _segmentry segmentry
`
}

/** For bash, which would run what stands in a word: those with plain keys. */
const plainKeys = String.raw`grep -E '^[A-Za-z0-9_.:-]+$'`

function zsh(): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`)
  const cases = commands.map(([name, spec]) => {
    const flags = flagsOf(spec).map(([flag, { kind, among, about, value }]) => {
      const action =
        kind === 'switch'
          ? ''
          : kind === 'choice'
            ? `:${flag}:(${among!.join(' ')})`
            : value === 'file'
              ? ':file:_files'
              : `:${value!}: `
      return quoted(`--${flag}[${escaped(about)}]${action}`)
    })
    const words = wordsOf(spec)
    const list = listOf(spec)
    const place =
      words.length > 0
        ? [quoted(`*:word:(${words.join(' ')})`)]
        : list === undefined
          ? []
          : [quoted(`*:key:{ compadd -- \${(f)"$(${list})"} }`)]
    return `      ${name}) _arguments ${[...flags, ...place].join(' ')} ;;`
  })
  const described = commands.map(([name, { about }]) => quoted(`${name}:${escaped(about)}`))
  return `#compdef segmentry
_segmentry() {
  local -a commands=(${described.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
  else
    local name="$words[2]"
    shift words; (( CURRENT-- ))
    case "$name" in
${cases.join('\n')}
    esac
  fi
}
compdef _segmentry segmentry
`
}

function fish(): string {
  const lines = commands.flatMap(([name, spec]) => {
    const inside = quoted(`__fish_seen_subcommand_from ${name}`)
    const here = `complete -c segmentry -f -n ${inside}`
    const flags = flagsOf(spec).map(([flag, { kind, short, among, about, value: named }]) => {
      const choices = among === undefined ? '' : ` -a ${quoted(among.join(' '))}`
      const value = kind === 'switch' ? '' : named === 'file' ? ' -r -F' : ` -x${choices}`
      const letter = short === undefined ? '' : ` -s ${short}`
      return `complete -c segmentry -n ${inside} -l ${flag}${letter}${value} -d ${quoted(about)}`
    })
    const words = wordsOf(spec)
    const list = listOf(spec)
    const place = [
      ...(words.length === 0 ? [] : [`${here} -a ${quoted(words.join(' '))}`]),
      ...(list === undefined ? [] : [`${here} -a '(${list})'`]),
    ]
    return [
      `complete -c segmentry -f -n __fish_use_subcommand -a ${name} -d ${quoted(spec.about)}`,
      ...flags,
      ...place,
    ]
  })
  return `${lines.join('\n')}\n`
}

const scripts: Readonly<Record<Shell, () => string>> = { bash, zsh, fish }
