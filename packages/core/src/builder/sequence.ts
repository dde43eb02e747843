import type { EventSelection, Sequence, Step } from '../definition/node.ts'
import type { Duration } from '../predicate/duration.ts'
import { checkKeys, shown } from '../suggest.ts'
import { EventDraft, selectionOf } from './event.ts'
import { made, misuse } from './made.ts'
import type { Anchor } from './types.ts'

type Names = EventSelection['event']

interface StepOptions {
  readonly within?: Duration
  readonly of?: (event: EventDraft) => EventDraft
}

/** A sequence while it is being written. */
export class SequenceDraft {
  readonly #node: Sequence

  constructor(node: Sequence = { kind: 'sequence', anchor: 'any', steps: [] }) {
    this.#node = node
    Object.freeze(this)
  }

  node(): Sequence {
    return this.#node
  }

  from(event: Names, options: StepOptions & { readonly anchor?: Anchor } = {}): SequenceDraft {
    checkKeys('options of from(…)', options, ['anchor', 'within', 'of'])
    const { anchor = 'any', ...rest } = options
    return new SequenceDraft({ ...this.#node, ...anchorOf(anchor), steps: [stepOf(event, rest)] })
  }

  followedBy(event: Names, options: StepOptions = {}): SequenceDraft {
    return this.#with(stepOf(event, options))
  }

  neverFollowedBy(event: Names, options: StepOptions = {}): SequenceDraft {
    return this.#with({ ...stepOf(event, options), never: true })
  }

  within(within: Duration): SequenceDraft {
    return new SequenceDraft({ ...this.#node, within })
  }

  by(by: string): SequenceDraft {
    return new SequenceDraft({ ...this.#node, by })
  }

  #with(step: Step): SequenceDraft {
    return new SequenceDraft({ ...this.#node, steps: [...this.#node.steps, step] })
  }
}

function anchorOf(anchor: Anchor): Pick<Sequence, 'anchor' | 'anchors'> {
  if (anchor === 'any' || anchor === 'first' || anchor === 'last') return { anchor }
  const [said, ...more] = Object.entries(anchor ?? {})
  const [end, anchors] = said ?? []
  if (more.length === 0 && (end === 'first' || end === 'last') && typeof anchors === 'number') {
    return { anchor: end, anchors }
  }
  throw misuse(`${shown(anchor)} as an anchor`, "'any', 'first', 'last', { first: 3 } or { last: 3 }")
}

function stepOf(event: Names, options: StepOptions): Step {
  checkKeys('options of a step', options, ['within', 'of'])
  const { within, of = (draft) => draft } = options
  const draft = made('a step of a sequence', of, new EventDraft({ event }))
  return {
    ...selectionOf(draft, 'a step of a sequence'),
    ...(within !== undefined && { within }),
  }
}
