import { stableText } from '@segmentry/core'
import { type Finding, findingCodes, type FindingCode } from './finding.ts'
import { placeText } from './text.ts'

/** Where a segment, a split or what else is meant is written. */
export interface SourcePlace {
  /** The file, by its path in the repository. */
  readonly file: string
  /** The line, from 1 on. */
  readonly line?: number
}

/** How findings are told as SARIF. */
export interface SarifOptions {
  /** Where each segment or split is written, by its key. */
  readonly places?: Readonly<Record<string, SourcePlace>>
  /** Where all else is written; without it, what has no place of its own has only its name. */
  readonly elsewhere?: SourcePlace
}

/** What a tool has found, as SARIF 2.1.0 has it. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

/** One run of the tool. */
export interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } }
  readonly results: readonly SarifResult[]
}

/** A code of findings. */
export interface SarifRule {
  readonly id: string
  readonly shortDescription: { readonly text: string }
  readonly defaultConfiguration: { readonly level: Finding['severity'] }
}

/** One finding. */
export interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: Finding['severity']
  readonly message: { readonly text: string }
  readonly locations: readonly SarifLocation[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly properties?: {
    readonly related?: readonly string[]
    readonly fix?: string
    readonly remedy?: string
  }
}

/** Where it was found: by its name, and in a file where that is known. */
export interface SarifLocation {
  readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string; readonly kind: 'object' }]
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string }
    readonly region?: { readonly startLine: number }
  }
}

const codes = Object.keys(findingCodes) as FindingCode[]

/**
 * Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.
 *
 * A host shows only what has a file: give `places` where segments are known to stand.
 *
 * @example
 * ```ts
 * const nobody = segment().group((g) => g.field('plan', 'free').field('plan', 'pro'))
 * const log = findingsSarif(findings({ nobody }, schema), { places: { nobody: { file: 'segments.ts', line: 4 } } })
 * log.runs[0]?.results[0]?.ruleId // => 'never/segment'
 * ```
 */
export const findingsSarif = (
  findings: readonly Finding[],
  { places = {}, elsewhere }: SarifOptions = {},
): SarifLog => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'segmentry', rules: codes.map(ruleOf) } },
      results: findings.map((finding) => resultOf(finding, placeOf(finding, places) ?? elsewhere)),
    },
  ],
})

const placeOf = (
  { on, key }: Finding,
  places: NonNullable<SarifOptions['places']>,
): SourcePlace | undefined => (isProven(on) && Object.hasOwn(places, key) ? places[key] : undefined)

/** Who looks at what was seen in a database is no part of what it is. */
const isProven = (on: Finding['on']): boolean => on === 'segment' || on === 'split'

function ruleOf(id: FindingCode): SarifRule {
  const { severity, title } = findingCodes[id]
  return { id, shortDescription: { text: title }, defaultConfiguration: { level: severity } }
}

function resultOf(finding: Finding, place: SourcePlace | undefined): SarifResult {
  const { code, severity, on, key, path, message, related, fix, remedy } = finding
  const properties = {
    ...(related && { related }),
    ...(fix && { fix: fix.code }),
    ...(remedy !== undefined && { remedy }),
  }
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: message },
    locations: [locationOf(finding, place)],
    // It stays the same while lines move and words change.
    partialFingerprints: {
      'segmentry/v1': stableText([on, key, code, placeText(path), ...(isProven(on) ? (related ?? []) : [])]),
    },
    ...(Object.keys(properties).length > 0 && { properties }),
  }
}

const locationOf = ({ on, key, path }: Finding, place: SourcePlace | undefined): SarifLocation => ({
  logicalLocations: [{ fullyQualifiedName: [on, key, placeText(path)].join(' ').trimEnd(), kind: 'object' }],
  ...(place && {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(place.file) },
      ...(place.line !== undefined && { region: { startLine: place.line } }),
    },
  }),
})
