import type { EventSelection, Sequence, Step } from '../definition/node.ts'
import type { Duration } from '../predicate/duration.ts'
import { EventDraft, selectionOf } from './event.ts'

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

const stepOf = (event: Names, { within, of }: StepOptions): Step => ({
  ...(of ? selectionOf(of(new EventDraft({ event })), 'a step of a sequence') : { event }),
  ...(within !== undefined && { within }),
})
