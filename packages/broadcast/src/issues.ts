import { nearest, shown, unknownName } from '@segmentry/core'
import { type BroadcastIssue, issueOf } from './errors.ts'

type Path = BroadcastIssue['path']

/** What is wrong with something that a caller without types may have handed over. */
export class Issues {
  readonly all: BroadcastIssue[] = []

  report(path: Path, found: string, expected: string, near?: string): void {
    this.all.push(issueOf(path, found, expected, near))
  }

  /** Reports what does not fit; gives whether it does. */
  need(fits: boolean, path: Path, raw: unknown, expected: string): boolean {
    if (!fits) this.report(path, shown(raw), expected)
    return fits
  }

  /** The entries of an object, with known keys if they are given; what is none is reported, and has no entries then. */
  record<T extends object>(raw: unknown, path: Path, keys?: readonly string[]): Partial<T> {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      const expected = keys ? `an object with ${keys.join(', ')}` : 'an object, such as { vip: segments.vip }'
      this.report(path, shown(raw), expected)
      return {}
    }
    for (const key of keys ? Object.keys(raw) : []) {
      if (keys!.includes(key)) continue
      const near = nearest(key, keys!)
      this.all.push({
        path: [...path, key],
        message: unknownName('key', key, near),
        found: `the key '${key}'`,
        expected: `one of ${keys!.join(', ')}`,
        ...(near !== undefined && { suggestion: near }),
      })
    }
    return raw
  }
}
