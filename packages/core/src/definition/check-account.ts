import type { Schema } from '../schema/schema.ts'
import { checkPredicate, ofField } from './check-predicate.ts'
import { issue, lookUp, type Path, type Report } from './issue.ts'
import type { Definition, Node, NodeOf } from './node.ts'

const quantities: ReadonlySet<string> = new Set(['any', 'all', 'none'])

/** The normal form of an account filter; `check` is that of the rules about its people. */
export function checkAccount(
  node: NodeOf<'account'>,
  schema: Schema,
  report: Report,
  path: Path,
  check: (of: Node, path: Path) => Node,
): Node {
  const fields = lookUp('account', node.account, schema.accounts, report, [...path, 'account'])
  const where = node.where?.flatMap(({ field, test }, i) => {
    const here = [...path, 'where', i]
    const located: Report = (one) => report({ ...one, message: `account '${node.account}': ${one.message}` })
    const info = fields && lookUp('field', field, fields, located, [...here, 'field'])
    return info
      ? [{ field, test: checkPredicate(test, ofField(info), schema, report, [...here, 'test']) }]
      : []
  })
  const people = node.people?.map(({ are, of }, i) => {
    if (!quantities.has(are)) {
      report(issue('wrong-value', [...path, 'people', i, 'are'], `'${are}'`, "'any', 'all' or 'none'"))
    }
    const here = [...path, 'people', i, 'of']
    if (!holdsAccount(of)) return { are, of: check(of, here) }
    const found = "a condition on an account about an account's people"
    report(issue('nested-account', here, found, 'conditions on the person alone: accounts do not nest'))
    return { are, of }
  })
  return {
    kind: 'account',
    account: node.account,
    ...(where && where.length > 0 && { where }),
    ...(people && people.length > 0 && { people }),
  }
}

const holders = new WeakMap<Definition, boolean>()

/** Whether a rule asks about an account anywhere, also in the segments that it refers to. */
function holdsAccount(node: Node): boolean {
  switch (node.kind) {
    case 'account':
      return true
    case 'all':
    case 'any':
      return node.of.some(holdsAccount)
    case 'not':
      return holdsAccount(node.of)
    case 'segment': {
      if (typeof node.of === 'string') return false
      const known = holders.get(node.of) ?? holdsAccount(node.of.rule)
      holders.set(node.of, known)
      return known
    }
    default:
      return false
  }
}
