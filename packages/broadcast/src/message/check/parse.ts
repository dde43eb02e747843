import { nearest, unknownName } from '@segmentry/core'
import type { Liquid, LiquidError, Template } from 'liquidjs'
import { issueAt, type MessageIssue } from '../errors.ts'
import { tagNames } from '../liquid/engine.ts'

type Several = LiquidError & { readonly errors?: readonly LiquidError[] }

/** The errors that one holds, however deep. */
export function* flattened(error: unknown): Generator {
  const inner = (error as Several).errors
  if (!Array.isArray(inner)) yield error
  else for (const one of inner) yield* flattened(one)
}

/** What an error of Liquid says, without the place that its message ends with. */
export const saying = (error: LiquidError): string =>
  (error.originalError?.message ?? error.message).replace(/, line:\d+, col:\d+$/, '')

/** Parses a part, or says all that cannot be read in it. */
export function parsed(
  engine: Liquid,
  part: string,
  source: string,
): readonly Template[] | readonly MessageIssue[] {
  try {
    return engine.parse(source)
  } catch (error) {
    const issues = [...flattened(error)].map((one) => issueOf(part, one as LiquidError))
    // What closes a tag that could not be read is not a fault of its own.
    const own = issues.filter(({ found }) => !/^(end\w+|else|elsif|when)$/.test(found))
    return own.length > 0 ? own : issues
  }
}

/** Whether parsing found faults. */
export const isFaulty = (
  found: readonly Template[] | readonly MessageIssue[],
): found is readonly MessageIssue[] => found.length > 0 && 'code' in found[0]!

function issueOf(part: string, error: LiquidError): MessageIssue {
  const [line, column] = error.token.getPosition()
  const at = { part, line: line!, column: column! }
  const text = saying(error)
  const tag = /^tag "(.*)" not found$/.exec(text)?.[1]
  if (tag === undefined) {
    return { code: 'syntax', ...at, message: text, found: error.token.getText() || text, expected: 'Liquid' }
  }
  const suggestion = nearest(tag, tagNames)
  return {
    ...issueAt('unknown-tag', at, tag, `one of ${tagNames.join(', ')}`),
    message: unknownName('tag', tag, suggestion),
    ...(suggestion !== undefined && { suggestion }),
  }
}
