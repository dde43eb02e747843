import { bucketOf } from '@segmentry/core'

/** A condition on a person, by the segments they are in and the numbers drawn for them. */
export type Expression =
  | { readonly is: 'flag'; readonly flag: number }
  | { readonly is: 'draw'; readonly draw: number; readonly from: number; readonly to: number }
  | { readonly is: 'all' | 'any'; readonly of: readonly Expression[] }
  | { readonly is: 'not'; readonly of: Expression }

export const all = (...of: readonly Expression[]): Expression => ({ is: 'all', of })
export const any = (...of: readonly Expression[]): Expression => ({ is: 'any', of })
export const not = (of: Expression): Expression => ({ is: 'not', of })

/** Whether a condition holds of a person who is in some of the segments. */
export function holds(
  expression: Expression,
  person: string,
  flags: readonly boolean[],
  salts: readonly string[],
): boolean {
  const hold = (one: Expression): boolean => holds(one, person, flags, salts)
  switch (expression.is) {
    case 'flag':
      return flags[expression.flag] === true
    case 'draw': {
      const drawn = bucketOf(salts[expression.draw]!, person)
      return drawn >= expression.from && drawn < expression.to
    }
    case 'not':
      return !hold(expression.of)
    case 'all':
      return expression.of.every(hold)
    case 'any':
      return expression.of.some(hold)
  }
}
