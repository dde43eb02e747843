import { ask, isObject, type Service } from './ask.ts'
import { SegmentryError } from './error.ts'
import type { Split } from './plan.ts'

/** What the service decides for a person. */
export interface Decision {
  subject: string
  branch: string
  reason: 'segment' | 'percent' | 'otherwise' | 'not-found'
  at: string
}

/** As many people as a service takes in one request. */
const most = 10_000

/** A decision for each ID, in their order and at one instant: in one request, up to as many as a service takes. */
export async function decide(
  service: Service,
  { plan, outputs }: Split,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision[]> {
  const decided: Decision[] = []
  do {
    const subjects = ids.slice(decided.length, decided.length + most)
    const at = decided[0]?.at
    const request = { ...plan, ...(at && { at }), subjects }
    const { decisions } = await ask<{ decisions?: unknown }>(service, '/split', request, stop)
    const fits = (decision: unknown, i: number): decision is Decision =>
      isObject(decision) && decision['subject'] === subjects[i] && outputs.has(decision['branch'] as string)
    if (!Array.isArray(decisions) || decisions.length !== subjects.length || !decisions.every(fits)) {
      const found = `the service at ${service.url} did not decide for each of ${subjects.length} people as it was asked`
      throw new SegmentryError('unavailable', `${found}: look at its URL and its version`)
    }
    decided.push(...decisions)
  } while (decided.length < ids.length)
  return decided
}
