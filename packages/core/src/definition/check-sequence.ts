import { durationMs, durationText, type Duration } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import { isComparable, typeName } from '../schema/type.ts'
import { shown } from '../suggest.ts'
import { durations } from './check-window.ts'
import { checkSelection } from './check-selection.ts'
import { issue, type Path, type Report } from './issue.ts'
import type { Node, NodeOf, Step } from './node.ts'
import { eventNames, eventProperties, lookUpProperty } from './stream.ts'

const mostSteps = 10
const mostAnchors = 1000

/** A sequence in normal form. */
export function checkSequence(node: NodeOf<'sequence'>, schema: Schema, report: Report, path: Path): Node {
  const { anchor, anchors = 1, steps, within, by } = node
  if (steps.length < 2 || steps.length > mostSteps) {
    const found = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`
    report(issue('wrong-value', [...path, 'steps'], found, `from 2 to ${mostSteps} steps`))
  }
  if (!Number.isInteger(anchors) || anchors < 1 || anchors > mostAnchors) {
    const expected = `how many of the ${anchor === 'first' ? 'first' : 'last'} events, from 1 to ${mostAnchors}`
    report(issue('wrong-value', [...path, 'anchors'], shown(anchors), expected))
  }
  if (anchor === 'any' && node.anchors !== undefined) {
    const expected = "an anchor that is 'first' or 'last'"
    report(issue('wrong-value', [...path, 'anchors'], `${anchors} of any events`, expected))
  }
  const checked = steps.map((step, i) => checkStep(step, i, node, schema, report, [...path, 'steps', i]))
  if (by !== undefined) checkShared(by, checked, schema, report, [...path, 'by'])
  return {
    kind: 'sequence',
    anchor,
    ...(anchors !== 1 && { anchors }),
    steps: checked,
    ...(within !== undefined && { within: checkDuration(within, report, [...path, 'within']) }),
    ...(by !== undefined && { by }),
  }
}

/** The property that all steps share is one of each of their events, a single value and of one type. */
function checkShared(by: string, steps: readonly Step[], schema: Schema, report: Report, path: Path): void {
  const [start] = steps
  const first = start && eventProperties(start.event, schema)?.get(by)
  for (const [i, { event }] of steps.entries()) {
    const isRepeated = steps.findIndex((other) => String(other.event) === String(event)) < i
    if (isRepeated || eventProperties(event, schema) === undefined) continue
    const said = `event '${eventNames(event).join("', '")}'`
    const info = lookUpProperty(
      by,
      event,
      schema,
      (one) => report({ ...one, message: `${said}: ${one.message}` }),
      path,
    )
    if (!info) continue
    const found = `'${by}' of ${said}, which is ${typeName(info.type)}`
    if (info.type.kind === 'list' || info.type.kind === 'object') {
      report(issue('wrong-operator', path, found, 'a single value'))
    } else if (first && !isComparable(info.type, first.type)) {
      report(issue('wrong-operator', path, found, `${typeName(first.type)}, as it is in the first step`))
    }
  }
}

function checkStep(
  step: Step,
  position: number,
  { steps, within }: NodeOf<'sequence'>,
  schema: Schema,
  report: Report,
  path: Path,
): Step {
  const never = step.never === true
  if (position === 0 && (never || step.within !== undefined)) {
    const expected = "an event to start from; when it happened is said by of: (e) => e.within('30 days')"
    report(issue('wrong-value', path, 'a first step that waits for one before it', expected))
  }
  if (never && position !== steps.length - 1) {
    const found = `step ${position + 1} that never happens, with another step after it`
    const expected =
      'it last, neverFollowedBy(…): put the steps that happen before it, or say it in a sequence of its own'
    report(issue('wrong-value', [...path, 'never'], found, expected))
  }
  if (never && step.within === undefined && within === undefined) {
    const expected = 'within, here or of the sequence: what never happens is known when its window has closed'
    report(issue('wrong-value', path, 'never without a window', expected))
  }
  return {
    ...checkSelection(step, schema, report, path),
    ...(step.within !== undefined && { within: checkDuration(step.within, report, [...path, 'within']) }),
    ...(never && { never }),
  }
}

function checkDuration(text: string, report: Report, path: Path): Duration {
  const ms = durationMs(text)
  if (ms !== undefined) return durationText(ms)
  report(issue('wrong-value', path, shown(text), durations))
  return '1 second'
}
