import type { Decision, SegmentFlow, SplitOptions, SplitRequest } from './contract.ts'
import { FlowError, flowError, type FlowErrorCode, type FlowIssue, issueOf } from './errors.ts'

/** What a step keeps of a split: plain JSON, some 180 bytes for each person. */
export type SplitRecord =
  | { readonly decisions: readonly Decision[] }
  /** Nobody was routed, and asking again would not help. */
  | { readonly refused: { readonly code: FlowErrorCode; readonly issues: readonly FlowIssue[] } }

/** How an engine keeps what a step gave. */
export interface DurableEngine {
  /**
   * Runs `decide` once under this name and gives what it gave, now and whenever the flow is gone through again.
   *
   * What `decide` rejects with may pass, so the engine is to try again. An engine that can stop an attempt hands over its signal:
   * `decide({ signal })`.
   */
  readonly run: (
    name: string,
    decide: (options?: SplitOptions) => Promise<SplitRecord>,
  ) => PromiseLike<unknown>
  /** The error to throw for one that no engine should retry, where the engine wants one of its own; unless told, that itself. */
  readonly terminal?: (error: FlowError) => unknown
}

/** A split under the name of a step. */
export type DurableSplit<K extends string = string> = <
  const B extends string,
  const O extends string,
  const M extends string = never,
  const S extends readonly string[] = readonly string[],
>(
  step: string,
  request: SplitRequest<K, B, O, M, S>,
) => Promise<{ readonly [I in keyof S]: Decision<B | O | M> }>

/**
 * Splits in a step of a durable engine: what was decided is recorded, and not decided again when the flow is replayed.
 *
 * Use it in workflows that go on after a crash or a pause of days: DBOS, Inngest, Restate and others that run a function once and
 * remember what it gave. Another step name decides anew. The record names the one branch that decided (`explain: 'first'`) unless
 * the request says otherwise. A refusal that no retry would change is recorded too, and thrown each time.
 *
 * A name belongs to one step of a workflow. A record about other people than those of the request is a {@link FlowError},
 * `wrong-record`; one that names a branch which the code has lost since is for {@link match}.
 *
 * @example
 * ```ts
 * const flow = segmentFlow(evaluator, segments)
 * const steps = new Map<string, unknown>() // an engine's is a table
 * const split = durableSplit(flow, {
 *   run: async (name, decide) => {
 *     if (!steps.has(name)) steps.set(name, await decide())
 *     return steps.get(name)
 *   },
 * })
 * const [decision] = await split('welcome', {
 *   subjects: ['ann'],
 *   branches: [{ key: 'best', when: 'vip' }],
 *   otherwise: 'everyone',
 * })
 * decision.branch // => 'best'
 * ```
 */
export function durableSplit<K extends string>(
  flow: Pick<SegmentFlow<K>, 'split'>,
  { run, terminal = (error) => error }: DurableEngine,
): DurableSplit<K> {
  const split = async (step: string, request: SplitRequest<K>): Promise<readonly Decision[]> => {
    if (step === '')
      throw terminal(flowError('bad-request', [issueOf(['step'], 'no name', 'one for this step')]))
    const record = await run(step, (options) => decided(flow, request, options))
    const decisions = decisionsIn(record, step, request.subjects)
    if (decisions instanceof FlowError) throw terminal(decisions)
    return decisions
  }
  return split as DurableSplit<K>
}

/** What is to be recorded; rejects with what may pass. */
async function decided<K extends string>(
  flow: Pick<SegmentFlow<K>, 'split'>,
  request: SplitRequest<K>,
  options: SplitOptions | undefined,
): Promise<SplitRecord> {
  try {
    return { decisions: await flow.split({ explain: 'first', ...request }, options) }
  } catch (error) {
    if (!(error instanceof FlowError) || error.retryable) throw error
    return { refused: { code: error.code, issues: error.issues } }
  }
}

/** The decisions that a step gave back, or why there are none. */
function decisionsIn(
  record: unknown,
  step: string,
  subjects: readonly string[],
): readonly Decision[] | FlowError {
  if (isObject(record) && 'refused' in record) {
    const { code, issues } = record['refused'] as Extract<
      SplitRecord,
      { readonly refused: object }
    >['refused']
    return flowError(code, issues)
  }
  const decisions = isObject(record) ? record['decisions'] : undefined
  const wrong = (path: FlowIssue['path'], found: string, expected: string): FlowError =>
    flowError('wrong-record', [issueOf([step, ...path], found, expected)])
  if (!Array.isArray(decisions)) {
    return wrong([], 'a step that gave back no record', 'what `decide` gave it; a step has a name of its own')
  }
  const expected =
    'as many as the request; a step has a name of its own, and a replay asks for the same people'
  if (decisions.length !== subjects.length) {
    return wrong([], `a record about ${decisions.length} people`, expected)
  }
  const other = subjects.findIndex((subject, i) => decisions[i]?.subject !== subject)
  if (other === -1) return decisions as readonly Decision[]
  return wrong(
    ['decisions', other],
    `a record about '${decisions[other]?.subject}'`,
    `one about '${subjects[other]}'`,
  )
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
