import {
  type Context,
  evalToken,
  isTruthy,
  type LiteralToken,
  type Token,
  TokenKind,
  type Value,
} from 'liquidjs'

// What an `if` asks. Whether something is there may be asked of anything: `if person.state`, `person.state != blank`, on either side
// of `and` and `or`. Any other comparison with what is not there has no answer, so it is an error as it would be in an output.

/** A condition as a tree: an operand, or an operator over others. */
export type Condition =
  { readonly token: Token } | { readonly operator: string; readonly of: readonly Condition[] }

interface OperatorToken extends Token {
  readonly operator: string
}

const isOperator = (token: Token): token is OperatorToken => token.kind === TokenKind.Operator

/** The tree of an expression, or `undefined` when it is none: an operand too many or too few. */
export function conditionOf(postfix: readonly Token[]): Condition | undefined {
  const stack: Condition[] = []
  for (const token of postfix) {
    if (!isOperator(token)) stack.push({ token })
    else {
      const count = token.operator === 'not' ? 1 : 2
      const of = stack.splice(-count)
      if (of.length < count) return undefined
      stack.push({ operator: token.operator, of })
    }
  }
  return stack.length === 1 ? stack[0] : undefined
}

const nothings: ReadonlySet<string> = new Set(['nil', 'null', 'blank', 'empty'])
const isNothing = (one: Condition): boolean =>
  'token' in one && one.token.kind === TokenKind.Literal && nothings.has((one.token as LiteralToken).literal)

/** Whether the operands of an operator may be things that are not there. */
export const asksPresence = ({ operator, of }: Extract<Condition, { operator: string }>): boolean =>
  ['and', 'or', 'not'].includes(operator) || (['==', '!='].includes(operator) && of.some(isNothing))

/** What is known to be there once a condition has come out so: the operands that were asked for. */
export function presentWhen(condition: Condition, outcome: boolean): readonly Token[] {
  if ('token' in condition) return outcome ? [condition.token] : []
  const { operator, of } = condition
  const both = (): readonly Token[] => of.flatMap((one) => presentWhen(one, outcome))
  switch (operator) {
    case 'not':
      return presentWhen(of[0]!, !outcome)
    case 'and':
      return outcome ? both() : []
    case 'or':
      return outcome ? [] : both()
    case '==':
    case '!=':
      return of.some(isNothing) && outcome === (operator === '!=')
        ? of.flatMap((one) => ('token' in one && !isNothing(one) ? [one.token] : []))
        : []
    default:
      return []
  }
}

/** Answers a condition: `and` and `or` ask no further than they need. */
function* answer(
  condition: Condition,
  context: Context,
  lenient: boolean,
): Generator<unknown, unknown, unknown> {
  if ('token' in condition) return yield evalToken(condition.token, context, lenient)
  const { operator, of } = condition
  const asks = asksPresence(condition)
  const first = yield* answer(of[0]!, context, asks)
  const operators = context.opts.operators as Readonly<Record<string, (...operands: unknown[]) => unknown>>
  if (operator === 'not') return yield operators['not']!(first, context)
  if (operator === 'and' && !isTruthy(first, context)) return false
  if (operator === 'or' && isTruthy(first, context)) return true
  const second = yield* answer(of[1]!, context, asks)
  return yield operators[operator]!(first, second, context)
}

const trees = new WeakMap<Value, Condition | undefined>()

/** Whether a condition holds; one with filters is a value like any other. */
export function* holds(value: Value, context: Context): Generator<unknown, boolean, unknown> {
  if (!trees.has(value))
    trees.set(value, value.filters.length > 0 ? undefined : conditionOf(value.initial.postfix))
  const tree = trees.get(value)
  const found = tree ? yield* answer(tree, context, true) : yield value.value(context, false)
  return isTruthy(found, context)
}
