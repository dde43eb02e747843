import type { Rule } from './leaf.ts'

// Spelling out two and three saves the loop and the list; that is what most rules are made of, and the rest is
// made of these.
type Join = (first: Rule, second: Rule, third?: Rule) => Rule

const all: Join = (first, second, third) =>
  third === undefined
    ? (person, now) => first(person, now) && second(person, now)
    : (person, now) => first(person, now) && second(person, now) && third(person, now)

const any: Join = (first, second, third) =>
  third === undefined
    ? (person, now) => first(person, now) || second(person, now)
    : (person, now) => first(person, now) || second(person, now) || third(person, now)

/** Whether all of these rules hold. */
export const allOf = (rules: readonly Rule[]): Rule => inThrees(rules, all)

/** Whether any of these rules holds. */
export const anyOf = (rules: readonly Rule[]): Rule => inThrees(rules, any)

function inThrees([first, second, third, ...rest]: readonly Rule[], join: Join): Rule {
  if (second === undefined) return first!
  const joined = join(first!, second, third)
  return rest.length === 0 ? joined : inThrees([joined, ...rest], join)
}
