import { accounts } from './reference-accounts.ts'
import { blocks } from './reference-blocks.ts'
import { membership, groups, tags } from './reference-membership.ts'
import { dates } from './reference-dates.ts'
import { events, sequences } from './reference-events.ts'
import { fields, lists, numbers } from './reference-fields.ts'
import type { Page } from './reference-schema.ts'
import { text } from './reference-text.ts'
import { tops } from './reference-top.ts'

/** The pages of the reference, in the order a reader goes through them. */
export const pages: readonly Page[] = [
  fields,
  text,
  numbers,
  dates,
  lists,
  tags,
  events,
  sequences,
  membership,
  accounts,
  groups,
  tops,
  blocks,
]
