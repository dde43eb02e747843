import { DefinitionError, type Issue, type IssueCode } from '../errors.ts'

/** How large a definition may be (semantics 5); whoever decodes may choose other limits. */
export interface Limits {
  /** Nesting of nodes. */
  readonly depth: number
  readonly filters: number
  /** Values in one list. */
  readonly values: number
  /** UTF-8 bytes of one text. */
  readonly text: number
  /** UTF-8 bytes of the whole document. */
  readonly document: number
}

/** The limits that hold unless others are given. */
export const defaultLimits: Limits = Object.freeze({
  depth: 32,
  filters: 500,
  values: 10_000,
  text: 1_000,
  document: 256_000,
})

type Path = Issue['path']

/** JSON adds at most a few levels around and inside a node: the document, `of`, `rule`, `where`, `test`, `values`. */
const jsonLevels = (depth: number): number => depth * 3 + 8

const joins = new Set<unknown>(['all', 'any', 'not', 'segment'])
const isLeaf = (kind: unknown): boolean => typeof kind === 'string' && !joins.has(kind)

const utf8 = new TextEncoder()

/**
 * Throws a {@link DefinitionError} when untrusted data is larger than the limits, before anything recurses into it.
 *
 * The walk keeps its own stack, so a document nested a million deep is refused like any other.
 */
export function checkLimits(data: unknown, limits: Limits): void {
  let bytes = 0
  let filters = 0
  const pending: { value: unknown; path: Path; depth: number }[] = [{ value: data, path: [], depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path, depth } = next
    if (typeof value === 'string') {
      const size = utf8.encode(value).length
      if (size > limits.text) refuse('too-large', path, 'a text', `${size} bytes`, `${limits.text} bytes`)
      bytes += size + 2
    } else if (typeof value === 'object' && value !== null) {
      if (depth > jsonLevels(limits.depth)) {
        refuse(
          'too-deep',
          path.slice(0, 8),
          'a definition',
          `more than ${limits.depth} levels`,
          `${limits.depth} levels`,
        )
      }
      if (Array.isArray(value) && value.length > limits.values) {
        refuse('too-many-values', path, 'a list', `${value.length} values`, `${limits.values} values`)
      }
      const kind = Object.hasOwn(value, 'kind') ? (value as { kind: unknown }).kind : undefined
      if (isLeaf(kind)) filters += 1
      if (filters > limits.filters) {
        refuse(
          'too-many-filters',
          [],
          'a definition',
          `more than ${limits.filters} filters`,
          `${limits.filters} filters`,
        )
      }
      for (const [key, child] of Object.entries(value)) {
        bytes += Array.isArray(value) ? 1 : key.length + 4
        pending.push({
          value: child,
          path: [...path, Array.isArray(value) ? Number(key) : key],
          depth: depth + 1,
        })
      }
    } else {
      bytes += String(value).length
    }
    if (bytes > limits.document) {
      refuse(
        'too-large',
        [],
        'a definition',
        `more than ${limits.document} bytes`,
        `${limits.document} bytes`,
      )
    }
  }
}

function refuse(code: IssueCode, path: Path, what: string, found: string, most: string): never {
  const message = `${what} is too large: found ${found}, expected at most ${most}`
  throw new DefinitionError({ issues: [{ code, path, message, found, expected: `at most ${most}` }] })
}
