import { rowWords, singular, wordsOf } from './names.ts'

// What happened, as a word, for a table with a row for each time that it did.

const verbs: Readonly<Record<string, string>> = {
  order: 'ordered',
  purchase: 'purchased',
  payment: 'paid',
  sale: 'bought',
  refund: 'refunded',
  return: 'returned',
  invoice: 'invoiced',
  charge: 'charged',
  subscription: 'subscribed',
  cancellation: 'cancelled',
  login: 'logged_in',
  signin: 'signed_in',
  signup: 'signed_up',
  registration: 'registered',
  visit: 'visited',
  view: 'viewed',
  pageview: 'viewed_page',
  click: 'clicked',
  download: 'downloaded',
  booking: 'booked',
  reservation: 'reserved',
  appointment: 'met',
  review: 'reviewed',
  rating: 'rated',
  comment: 'commented',
  like: 'liked',
  share: 'shared',
  vote: 'voted',
  donation: 'donated',
  enrollment: 'enrolled',
  upload: 'uploaded',
  search: 'searched',
  referral: 'referred',
  invitation: 'invited',
}

/** What happened in a row of a table: `orders` is `ordered`, `user_logins` is `logged_in`. */
export function eventNameOf(table: string, people: string): string {
  const words = rowWords(table)
  const person = new Set(rowWords(people))
  const rest = words.filter((word) => !person.has(singular(word)))
  const own = rest.length === 0 ? words : rest
  const joined = own.join('')
  if (Object.hasOwn(verbs, joined)) return verbs[joined]!
  const last = own.at(-1)
  if (last === undefined) return table
  const verb = Object.hasOwn(verbs, last) && own.length === 2 ? verbs[last] : undefined
  return verb === undefined ? own.join('_') : `${verb}_${own.slice(0, -1).join('_')}`
}

/** How early an event is taken for a first segment: what was bought says more than what was seen. */
export const weightOf = (name: string): number => {
  const at = Object.values(verbs).indexOf(name)
  const words = wordsOf(name).map(singular)
  const isBought = words.some((word) => /^(?:order|purchas|paid|payment|bought|checkout|subscri)/.test(word))
  return isBought ? 0 : at < 0 ? 2 : 1
}
