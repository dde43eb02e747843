import { durationMs, durationText, type Duration } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import { checkSelection } from './check-selection.ts'
import { issue, type Path, type Report, unknown } from './issue.ts'
import type { Node, NodeOf, Step } from './node.ts'

const mostSteps = 10

/** A sequence in normal form. */
export function checkSequence(node: NodeOf<'sequence'>, schema: Schema, report: Report, path: Path): Node {
  const { anchor, steps, within, by } = node
  if (steps.length < 2 || steps.length > mostSteps) {
    const found = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`
    report(issue('wrong-value', [...path, 'steps'], found, `from 2 to ${mostSteps} steps`))
  }
  const checked = steps.map((step, i) => checkStep(step, i, node, schema, report, [...path, 'steps', i]))
  if (by !== undefined) {
    for (const [i, { event }] of steps.entries()) {
      const properties = schema.events.get(event)
      const info = properties?.get(by)
      if (!properties) continue
      if (!info) report(unknown('unknown-property', 'property', by, properties.keys(), [...path, 'by']))
      else if (info.type.kind === 'list' || info.type.kind === 'object') {
        report(issue('wrong-operator', [...path, 'by'], `'${by}' of step ${i + 1}`, 'a single value'))
      } else if (info.type.kind !== schema.events.get(steps[0]!.event)?.get(by)?.type.kind) {
        report(issue('wrong-operator', [...path, 'by'], `'${by}' of step ${i + 1}`, 'one type in all steps'))
      }
    }
  }
  return {
    kind: 'sequence',
    anchor,
    steps: checked,
    ...(within !== undefined && { within: checkDuration(within, report, [...path, 'within']) }),
    ...(by !== undefined && { by }),
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
    report(issue('wrong-value', path, 'a first step that waits for one before it', 'an event to start from'))
  }
  if (never && position !== steps.length - 1) {
    report(
      issue(
        'wrong-value',
        [...path, 'never'],
        `never in step ${position + 1}`,
        'never in the last step only',
      ),
    )
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
  const expected = "a duration such as '30 days', '12 hours' or '1 week', at most 3650 days"
  report(issue('wrong-value', path, `'${text}'`, expected))
  return '1 second'
}
