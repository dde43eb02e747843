import type { EvaluationOptions, Evaluator } from '@segmentry/core'

/** An evaluator that tells of how many people it was asked, each time. */
export function counting(inner: Evaluator): { readonly evaluator: Evaluator; readonly asked: number[] } {
  const asked: number[] = []
  const which: Evaluator['which'] = (segments, people, options?: EvaluationOptions) => {
    asked.push(people.length)
    return inner.which(segments, people, options)
  }
  return { evaluator: { ...inner, which }, asked }
}
