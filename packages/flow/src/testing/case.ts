import assert from 'node:assert/strict'
import type { Decision, SegmentFlow } from '../contract.ts'
import { splitFixture } from './fixture.ts'

/** An adapter, opened on the fixture. */
export interface OpenedAdapter {
  readonly flow: SegmentFlow
  /** How often the evaluator was asked so far, where that can be told. */
  readonly asked?: () => number
  readonly close?: () => Promise<void>
}

export const { crowd, now: at, ninetyDaysAgo } = splitFixture

/** A plan of two segments. */
export const byState = {
  branches: [
    { key: 'vip', when: 'vip' },
    { key: 'californians', when: 'west' },
  ],
  otherwise: 'everyone',
  at,
} as const

/** The branches of decisions. */
export const branchesOf = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map(({ branch }) => branch)

/** What a call is refused with. */
export async function refusal(call: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  try {
    await call()
  } catch (error) {
    return error as Readonly<Record<string, unknown>>
  }
  return assert.fail('expected an error, and there was none')
}

/** Checks that a call is refused, and gives the message. */
export async function refused(
  call: () => Promise<unknown>,
  code: string,
  retryable: boolean,
): Promise<string> {
  const error = await refusal(call)
  assert.deepEqual([error['code'], error['retryable']], [code, retryable], String(error['message']))
  return String(error['message'])
}

/** Cases by name. */
export type Cases = Readonly<Record<string, (opened: OpenedAdapter) => Promise<void>>>
