import type { CommandSpec, FlagSpec } from './spec.ts'
import { globalFlags, type shells, specs } from './specs.ts'

/** A shell that there are completions for. */
export type Shell = (typeof shells)[number]

// Segments are asked of the command itself, by the configuration where the shell stands; where there is none, nothing is offered.

/** The script that completes calls in a shell. */
export const completionsOf = (shell: Shell): string => scripts[shell]()

const commands = Object.entries<CommandSpec>(specs)
const names = commands.map(([name]) => name)

const flagsOf = ({ flags }: CommandSpec): readonly (readonly [string, FlagSpec])[] =>
  Object.entries({ ...flags, ...globalFlags })

/** The words that stand for themselves in a place of a command, and whether segments may stand there. */
const wordsOf = ({ places }: CommandSpec): readonly string[] => places.flatMap(({ among = [] }) => among)
const takesSegments = ({ places }: CommandSpec): boolean => places.some(({ name }) => name === 'segment')

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
    const words = takesSegments(spec) ? `"${own}$(${bashSegments})"` : quoted(own)
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

/** The segments for bash, which would run what stands in a word: those with plain keys. */
const bashSegments = String.raw`segmentry list --keys 2>/dev/null | grep -E '^[A-Za-z0-9_.:-]+$'`

function zsh(): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`)
  const cases = commands.map(([name, spec]) => {
    const flags = flagsOf(spec).map(([flag, { kind, among, about, value }]) => {
      const action =
        kind === 'switch'
          ? ''
          : kind === 'choice'
            ? `:${flag}:(${among!.join(' ')})`
            : flag === 'config'
              ? ':file:_files'
              : `:${value!}: `
      return quoted(`--${flag}[${escaped(about)}]${action}`)
    })
    const words = wordsOf(spec)
    const place =
      words.length > 0
        ? [quoted(`*:word:(${words.join(' ')})`)]
        : takesSegments(spec)
          ? [quoted('*:segment:{ compadd -- ${(f)"$(segmentry list --keys 2>/dev/null)"} }')]
          : []
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
    const flags = flagsOf(spec).map(([flag, { kind, short, among, about }]) => {
      const choices = among === undefined ? '' : ` -a ${quoted(among.join(' '))}`
      const value = kind === 'switch' ? '' : flag === 'config' ? ' -r -F' : ` -x${choices}`
      const letter = short === undefined ? '' : ` -s ${short}`
      return `complete -c segmentry -n ${inside} -l ${flag}${letter}${value} -d ${quoted(about)}`
    })
    const words = wordsOf(spec)
    const place = [
      ...(words.length === 0 ? [] : [`${here} -a ${quoted(words.join(' '))}`]),
      ...(takesSegments(spec) ? [`${here} -a '(segmentry list --keys 2>/dev/null)'`] : []),
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
