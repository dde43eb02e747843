/** What a flag is followed by. */
export type FlagKind = 'switch' | 'text' | 'whole' | 'share' | 'instant' | 'choice'

/** One flag of a command: what is read, completed and told about it comes from here. */
export interface FlagSpec {
  readonly kind: FlagKind
  readonly about: string
  /** Stands for the value in the help. */
  readonly value?: string
  readonly short?: string
  /** The values of a choice. */
  readonly among?: readonly string[]
  /** The greatest whole number. */
  readonly most?: number
}

/** What a place of a call takes; completion knows the segments and the broadcasts. */
export interface PlaceSpec {
  readonly name: 'segment' | 'broadcast' | 'person' | 'revision' | 'time' | 'shell'
  /** Any number of them. */
  readonly many?: boolean
  readonly optional?: boolean
  readonly among?: readonly string[]
}

/** One command. */
export interface CommandSpec {
  readonly about: string
  /** More about it, in its own help. */
  readonly more?: readonly string[]
  readonly places: readonly PlaceSpec[]
  readonly flags: Readonly<Record<string, FlagSpec>>
}

interface Kinds {
  readonly switch: boolean
  readonly text: string
  readonly whole: number
  readonly share: number
  readonly instant: string
  readonly choice: string
}

type ValueOf<F extends FlagSpec> = F extends { readonly among: readonly (infer One)[] }
  ? One
  : Kinds[F['kind']]

/** What was read of a call. */
export interface Call<C extends CommandSpec = CommandSpec> {
  readonly places: readonly string[]
  readonly flags: { readonly [F in keyof C['flags']]?: ValueOf<C['flags'][F]> } & GlobalFlags
}

/** What every command understands. */
export interface GlobalFlags {
  readonly config?: string
  readonly help?: boolean
  readonly verbose?: boolean
}
