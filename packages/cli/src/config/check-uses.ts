import { nearest, type Schema, type SegmentsByKey, shown, unknownName } from '@segmentry/core'
import type { FlowError, SplitPlan } from '@segmentry/flow'
import { isRecord, type Json, type Report } from './report.ts'

// What segments are used for beside broadcasts. Uses of segments that cannot be read are not looked into: what is wrong is told already.

const flowKeys = ['on', 'segment']

/** Reports what cannot be among the splits and flows of a configuration. */
export async function checkUses({ schema, segments, splits, flows }: Json, report: Report): Promise<void> {
  const known = isRecord(segments) ? segments : {}
  if (splits !== undefined) {
    if (!isRecord(splits))
      report.wrong('splits', splits, 'splits by name: { welcome: defineSplit(segments, …) }')
    else await checkSplits(splits, schema as Schema, known, report)
  }
  if (flows === undefined) return
  const example = "flows by name: { welcome: { on: 'entered', segment: 'vip' } }"
  if (!isRecord(flows)) return report.wrong('flows', flows, example)
  for (const [name, flow] of Object.entries(flows)) {
    const place = `flows.${name}`
    if (!isRecord(flow)) {
      report.wrong(place, flow, "such as { on: 'entered', segment: 'vip' }")
      continue
    }
    report.known(flow, flowKeys, place)
    const { on, segment } = flow
    if (on !== 'entered' && on !== 'left') report.wrong(`${place}.on`, on, "'entered' or 'left'")
    if (typeof segment !== 'string' || !Object.hasOwn(known, segment)) {
      const keys = Object.keys(known)
      const found =
        typeof segment === 'string' ? unknownName('segment', segment, nearest(segment, keys)) : shown(segment)
      report.told(`${place}.segment`, found, `a segment: ${keys.slice(0, 20).join(', ')}`)
    }
  }
}

async function checkSplits(splits: Json, schema: Schema, segments: Json, report: Report): Promise<void> {
  // What only counts and lists needs none of it.
  const { analyzeSplit } = await import('@segmentry/flow')
  for (const [name, split] of Object.entries(splits)) {
    try {
      analyzeSplit(split as SplitPlan, segments as SegmentsByKey<string>, schema)
    } catch (error) {
      const { _tag, issues } = Object(error) as Partial<FlowError>
      if (_tag !== 'FlowError') continue
      for (const { path, message, found = message, expected = 'another' } of issues ?? []) {
        report.told(['splits', name, ...path].join('.'), found, expected)
      }
    }
  }
}
