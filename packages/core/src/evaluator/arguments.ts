import { checkKeys, shown } from '../suggest.ts'
import type { Evaluator, MemberOptions } from './evaluator.ts'

// What the types of an evaluator's arguments say, for callers without types: a misspelled clock must not become
// the clock of the machine, nor a page without people a loop without an end.

const evaluationKeys = ['now', 'signal']
const memberKeys = [...evaluationKeys, 'after', 'limit', 'pageSize', 'snapshot']

/** Throws a `TypeError` for options that are none, or that have a key which means nothing. */
export function checkOptions(options: unknown, known: readonly string[] = evaluationKeys): void {
  checkKeys('options', options, known)
}

/** Checks the options of a listing: throws a `RangeError` for a limit or a size of pages that cannot be. */
export function checkMemberOptions(options: MemberOptions | undefined): void {
  checkOptions(options, memberKeys)
  const { after, limit, pageSize } = options ?? {}
  if (after !== undefined) checkPeople([after])
  checkWhole('limit', limit, 0)
  checkWhole('pageSize', pageSize, 1)
}

function checkWhole(name: string, found: number | undefined, least: number): void {
  if (found === undefined || (Number.isSafeInteger(found) && found >= least)) return
  throw new RangeError(`${name} is a whole number from ${least}, found ${shown(found)}`)
}

/** Throws a `TypeError` for people who are not given by ids of text: the number 42 would be nobody. */
export function checkPeople(people: readonly string[]): void {
  if (!Array.isArray(people)) throw new TypeError(`found ${shown(people)}, expected a list of people's ids`)
  for (const person of people as readonly unknown[]) {
    if (typeof person === 'string') continue
    throw new TypeError(
      `a person is given by an id, which is text: found ${shown(person)}, expected such as '42'`,
    )
  }
}

/** Throws a `TypeError` for what is no evaluator. */
export function checkEvaluator(evaluator: Evaluator): void {
  const given: Partial<Evaluator> | null | undefined = evaluator
  if (typeof given?.which === 'function' && typeof given.counts === 'function') return
  throw new TypeError(`found ${shown(given)}, expected an evaluator: openEvaluator(…) or inProcess(…)`)
}
