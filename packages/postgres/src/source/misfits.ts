import type { SourceIssue } from '../errors.ts'
import type { CatalogColumn } from './catalog.ts'

/** Gathers what does not fit between a source and a database. */
export class Misfits {
  readonly #issues = new Map<string, { readonly of: string[]; readonly say: (of: string) => SourceIssue }>()

  /** What is wrong, each thing once, with what it is wrong for: many events may share a table. */
  get issues(): readonly SourceIssue[] {
    return [...this.#issues.values()].map(({ of, say }) => {
      const more = of.length > 3 ? ` and ${of.length - 3} more` : ''
      return say(of.slice(0, 3).join(', ') + more)
    })
  }

  report(of: string, say: (of: string) => SourceIssue): void {
    const key = say('').message
    const known = this.#issues.get(key)
    if (!known) this.#issues.set(key, { of: [of], say })
    else if (!known.of.includes(of)) known.of.push(of)
  }

  mismatch(
    table: string,
    name: string,
    { type }: CatalogColumn,
    expected: string,
    of: string,
    is?: string,
  ): void {
    this.report(of, (subjects) => ({
      table,
      column: name,
      message: `column ${table}.${name} is ${type.shown}, expected ${expected} to hold ${subjects}${is === undefined ? '' : ` (${is})`}`,
      found: type.shown,
      expected,
      remedy: 'map another column, change its type, or change the type in the schema',
    }))
  }

  unknownZone(table: string, name: string, zone: string, of: string): void {
    const expected = "a time zone that the database knows, such as 'America/New_York' or 'UTC'"
    this.report(of, (subjects) => ({
      table,
      column: name,
      message: `column ${table}.${name} has the zone '${zone}', expected ${expected}, for ${subjects}`,
      found: zone,
      expected,
      remedy: 'look for it in pg_timezone_names',
    }))
  }
}
