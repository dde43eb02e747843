import { checkKeys } from '../suggest.ts'
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

/** The limits that hold; throws a `TypeError` for options that are none, or that have a key which means nothing. */
export function limitsOf(options: { readonly limits?: Partial<Limits> }, known: readonly string[]): Limits {
  checkKeys('options', options, known)
  checkKeys('limits', options.limits, Object.keys(defaultLimits))
  return { ...defaultLimits, ...options.limits }
}

type Path = Issue['path']

/** JSON adds at most a few levels around and inside a node: the document, `of`, `rule`, `where`, `test`, `values`. */
const jsonLevels = (depth: number): number => depth * 3 + 8

const joins = new Set<unknown>(['all', 'any', 'not', 'segment'])
const isLeaf = (kind: unknown): boolean => typeof kind === 'string' && !joins.has(kind)

const utf8 = new TextEncoder()

/**
 * A copy of untrusted data that is within the limits, made before anything recurses into it.
 *
 * The walk keeps its own stack, so a document nested a million deep is refused like any other. Each part is read once
 * and only the copy is used from then on: what answers otherwise the second time, a getter or a proxy, cannot pass here
 * as one thing and be read as another. Throws a {@link DefinitionError}.
 */
export const measured = (data: unknown, limits: Limits): unknown => readable(() => copied(data, limits))

/** What `read` makes of untrusted data; a getter that throws, or a proxy that was revoked, is told as a {@link DefinitionError}. */
export function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof DefinitionError) throw error
    const reason = error instanceof Error ? `: ${error.message}` : ''
    const [found, expected] = [`data that cannot be read${reason}`, 'plain JSON']
    const message = `found ${found}, expected ${expected}`
    throw new DefinitionError({ issues: [{ code: 'structure', path: [], message, found, expected }] })
  }
}

interface Pending {
  readonly value: unknown
  readonly path: Path
  readonly depth: number
  /** Where the copy goes. */
  readonly into: unknown[] | Record<string, unknown>
}

function copied(data: unknown, limits: Limits): unknown {
  const measure = measureOf(limits)
  const root: unknown[] = []
  const pending: Pending[] = [{ value: data, path: [0], depth: 0, into: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path, depth, into } = next
    const at = path.slice(1)
    const put = (copy: unknown): void => {
      // Not by assignment, which `__proto__` would take for something else.
      Object.defineProperty(into, path.at(-1)!, {
        value: copy,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    if (typeof value !== 'object' || value === null) {
      measure.value(value, at)
      put(value)
    } else if (Array.isArray(value)) {
      const { length } = value
      measure.list(length, at, depth)
      const copy: unknown[] = []
      put(copy)
      for (let i = length - 1; i >= 0; i--) {
        pending.push({ value: value[i], path: [...path, i], depth: depth + 1, into: copy })
      }
    } else {
      const entries = Object.entries(value)
      measure.object(entries, at, depth)
      const copy: Record<string, unknown> = {}
      put(copy)
      for (const [key, child] of entries.toReversed()) {
        pending.push({ value: child, path: [...path, key], depth: depth + 1, into: copy })
      }
    }
  }
  return root[0]
}

/** Counts what is seen, and refuses what is too much. */
function measureOf(limits: Limits) {
  let bytes = 0
  let filters = 0
  const add = (more: number): void => {
    bytes += more
    if (bytes <= limits.document) return
    refuse('too-large', [], 'a definition', `more than ${limits.document} bytes`, `${limits.document} bytes`)
  }
  const nest = (path: Path, depth: number): void => {
    if (depth <= jsonLevels(limits.depth)) return
    const [found, most] = [`more than ${limits.depth} levels`, `${limits.depth} levels`]
    refuse('too-deep', path.slice(0, 8), 'a definition', found, most)
  }
  return {
    value(value: unknown, path: Path): void {
      if (typeof value !== 'string') return add(String(value).length)
      // What has more code units than that has more bytes too, and need not be encoded to be refused.
      const size = value.length > limits.text ? value.length : utf8.encode(value).length
      if (size > limits.text) refuse('too-large', path, 'a text', `${size} bytes`, `${limits.text} bytes`)
      add(size + 2)
    },
    list(length: number, path: Path, depth: number): void {
      nest(path, depth)
      if (length > limits.values) {
        refuse('too-many-values', path, 'a list', `${length} values`, `${limits.values} values`)
      }
      add(length)
    },
    object(entries: readonly (readonly [string, unknown])[], path: Path, depth: number): void {
      nest(path, depth)
      if (isLeaf(entries.find(([key]) => key === 'kind')?.[1])) filters += 1
      if (filters > limits.filters) {
        const [found, most] = [`more than ${limits.filters} filters`, `${limits.filters} filters`]
        refuse('too-many-filters', [], 'a definition', found, most)
      }
      add(entries.reduce((sum, [key]) => sum + key.length + 4, 0))
    },
  }
}

function refuse(code: IssueCode, path: Path, what: string, found: string, most: string): never {
  const message = `${what} is too large: found ${found}, expected at most ${most}`
  throw new DefinitionError({ issues: [{ code, path, message, found, expected: `at most ${most}` }] })
}
