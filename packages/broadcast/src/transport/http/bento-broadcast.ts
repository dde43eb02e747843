import { shown } from '@segmentry/core'
import { mailboxOf } from '../address.ts'
import { TransportError } from '../errors.ts'
import { optionsOf } from '../options.ts'
import { accountOptions, type BentoAccount, bentoOf, bentoRefusal } from './bento.ts'
import { recordOf, textOf } from './status.ts'

/** A broadcast that Bento is to send. */
export interface BentoBroadcast {
  readonly name: string
  readonly subject: string
  /** HTML with Bento's own variables. */
  readonly content: string
  /** `'plain'` gets Bento's styles; `'raw'`, unless told, is as it is. */
  readonly type?: 'plain' | 'raw'
  /** Such as `Ann <ann@example.com>`: an author of the account. */
  readonly from: string
  /** Who has this tag receives it. */
  readonly tag: string
  /** Who has one of these tags does not. */
  readonly withoutTags?: readonly string[]
  readonly perHour?: number
}

/** What Bento made. */
export interface BentoDraft {
  readonly id: string
  /** Where to look at it, and to send it. */
  readonly url?: string
}

const known = ['name', 'subject', 'content', 'type', 'from', 'tag', 'withoutTags', 'perHour']

/**
 * Makes the draft of a broadcast in Bento, to the people with one tag; somebody sends it from there.
 *
 * Bento looks at tags when it sends, so wait until the import of {@link bentoTag} has taken effect. It knows no keys: after an
 * error of the class `unknown`, look whether the draft is there before making another. Rejects with a
 * {@link TransportError}.
 */
export async function createBentoBroadcast(
  account: BentoAccount,
  broadcast: BentoBroadcast,
): Promise<BentoDraft> {
  const bento = bentoOf(optionsOf('bento', account, accountOptions))
  const answer = await bento.post('/batch/broadcasts', { broadcasts: [bodyOf(broadcast)] })
  const { broadcasts, failures } = recordOf(answer.status === 'none' ? undefined : answer.body)
  const made = recordOf(Array.isArray(broadcasts) ? broadcasts[0] : undefined)
  const id = typeof made['id'] === 'number' ? String(made['id']) : textOf(made['id'])
  if (answer.status !== 'none' && answer.status < 300 && id !== undefined) {
    const url = textOf(made['dashboard_url'])
    return { id, ...(url !== undefined && { url }) }
  }
  const refused = textOf(recordOf(Array.isArray(failures) ? failures[0] : undefined)['error'])
  const outcome = bentoRefusal(answer, bento.secrets)
  throw new TransportError({
    transport: 'bento',
    found: refused === undefined ? outcome.reason : `a broadcast that Bento refused: ${refused}`,
    expected: 'the draft of a broadcast',
    class: refused === undefined ? outcome.class : 'sender',
    ...(outcome.code !== undefined && { code: outcome.code }),
  })
}

/** https://bentonow.com/docs/concepts/broadcasts */
function bodyOf(broadcast: BentoBroadcast): object {
  const read = optionsOf('bento', broadcast, known)
  const from = mailboxOf(read.text('from', "'Ann <ann@example.com>'"))
  if (from === undefined)
    throw read.refuse('from', 'what is no address', "one such as 'Ann <ann@example.com>'")
  const { content, type = 'raw', withoutTags = [] } = broadcast
  if (typeof content !== 'string' || content === '') throw read.refuse('content', 'no text', 'HTML')
  if (!['plain', 'raw'].includes(type)) throw read.refuse('type', shown(type), "'plain' or 'raw'")
  const tags = [read.text('tag', "'broadcast-spring-sale'"), ...withoutTags]
  if (tags.some((tag) => typeof tag !== 'string' || tag.includes(','))) {
    throw read.refuse('tag', 'a comma', 'tags without commas: Bento would make several of them')
  }
  return {
    name: read.text('name', "'Spring sale'"),
    subject: read.text('subject', "'Spring has come'"),
    content,
    type,
    from: { email: from.address, name: from.name ?? from.address },
    inclusive_tags: tags[0],
    ...(withoutTags.length > 0 && { exclusive_tags: withoutTags.join(',') }),
    ...(broadcast.perHour !== undefined && { batch_size_per_hour: read.whole('perHour', 1, 1) }),
  }
}
