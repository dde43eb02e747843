/** The words of a name, small: `paidAt`, `paid_at` and `Paid at` are `paid` and `at`. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())

/** A name without what differs between styles: `paid_at` and `paidAt` are one. */
export const folded = (name: string): string => wordsOf(name).join('')

const oneOfMany: Readonly<Record<string, string>> = { people: 'person', children: 'child', news: 'news' }

/** One of what a word says there are many of. */
export function singular(word: string): string {
  if (Object.hasOwn(oneOfMany, word)) return oneOfMany[word]!
  if (/(?:ss|us|is)$/.test(word)) return word
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y')
  if (/(?:sses|uses|xes|ches|shes)$/.test(word) && !/causes$|houses$/.test(word)) return word.slice(0, -2)
  return word.replace(/s$/, '')
}

/** The name of one row of a table: `user_logins` has a `user login` each. */
export function rowWords(table: string): readonly string[] {
  const words = wordsOf(table)
  return words.map((word, i) => (i === words.length - 1 ? singular(word) : word))
}

const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a schema can have a field or a property of a name; an event may have a few signs more. */
export const isSchemaName = (name: string, isEvent = false): boolean =>
  (isEvent ? /^[\p{L}_$][\p{L}\p{N}_$ .:/-]*$/u : /^[\p{L}_$][\p{L}\p{N}_$ -]*$/u).test(name) &&
  name.length <= 128 &&
  !reserved.has(name)

/** Gives names that a schema can have, each once. */
export class Namer {
  readonly #taken = new Set<string>()

  /** The name itself where it can be one; else the nearest that can. */
  name(raw: string, isEvent = false): string {
    const legal = isSchemaName(raw, isEvent) ? raw : this.#legal(raw)
    let name = legal
    for (let n = 2; this.#taken.has(name); n++) name = `${legal}_${n}`
    this.#taken.add(name)
    return name
  }

  #legal(raw: string): string {
    const kept = raw
      .replaceAll(/[^\p{L}\p{N}_$ -]+/gu, '_')
      .slice(0, 100)
      .trim()
    const begun = /^[\p{L}_$]/u.test(kept) ? kept : `_${kept}`
    return reserved.has(begun) ? `${begun}_` : begun
  }
}

/** Words as a key of TypeScript that is read without quotes. */
export const camel = (words: readonly string[]): string => {
  const joined = words
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
  return /^\p{L}/u.test(joined) ? joined : `of${joined}`
}

const secrets =
  /^(?:.*_)?(?:password|passwd|pwd|passphrase|secret|token|salt|otp|hash|credentials?|(?:api|private|access|secret|encryption)_key)(?:_.*)?$/

/** Whether a column's name says that nobody should read it. */
export const isSecret = (name: string): boolean => secrets.test(wordsOf(name).join('_'))

const personal =
  /^(?:.*_)?(?:e_?mail|mail|phone|mobile|telephone|fax|address|street|surname|birth|birthday|birthdate|dob|ssn|iban|passport|ip|latitude|longitude)(?:_.*)?$/
const ownNames =
  /^(?:(?:first|last|full|middle|given|family|display|nick|user|legal|real|preferred)_?)?names?$|^(?:login|username|nickname)$/

/** Whether a name says that its values tell who somebody is. */
export const isPersonal = (name: string, isOfPerson: boolean): boolean => {
  const plain = wordsOf(name).join('_')
  return personal.test(plain) || (isOfPerson && ownNames.test(plain))
}

/** Whether a name says that numbers are amounts of money, which have cents even where all that were seen are whole. */
export const isMoney = (name: string): boolean =>
  /^(?:.*_)?(?:amount|price|total|subtotal|cost|revenue|fee|tax|discount|spent|balance)$/.test(
    wordsOf(name).join('_'),
  )
