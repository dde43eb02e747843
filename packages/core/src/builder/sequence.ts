import type { EventSelection, Sequence, Step } from '../definition/node.ts'
import type { Duration } from '../predicate/duration.ts'
import { checkKeys } from '../suggest.ts'
import { EventDraft, selectionOf } from './event.ts'
import { made } from './made.ts'

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

  from(event: Names, options: StepOptions & { readonly anchor?: Sequence['anchor'] } = {}): SequenceDraft {
    checkKeys('options of from(…)', options, ['anchor', 'within', 'of'])
    const { anchor = 'any', ...rest } = options
    return new SequenceDraft({ ...this.#node, anchor, steps: [stepOf(event, rest)] })
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

function stepOf(event: Names, options: StepOptions): Step {
  checkKeys('options of a step', options, ['within', 'of'])
  const { within, of = (draft) => draft } = options
  const draft = made('a step of a sequence', of, new EventDraft({ event }))
  return {
    ...selectionOf(draft, 'a step of a sequence'),
    ...(within !== undefined && { within }),
  }
}
