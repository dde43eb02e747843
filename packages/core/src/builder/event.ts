import { atLeastOnce, type EventSelection, type Measure, type Node } from '../definition/node.ts'
import { type Duration, durationMs, durationText } from '../predicate/duration.ts'
import { complement, type Predicate } from '../predicate/predicate.ts'
import { ago, type CalendarUnit, last, type PeriodOptions, type Window } from '../predicate/window.ts'
import { checkKeys, shown } from '../suggest.ts'
import { eventText, misuse } from './made.ts'
import { toPredicate } from './predicate.ts'

type Finish = (selection: EventSelection) => Node

const measured =
  (measure: Measure): Finish =>
  (selection) => ({ kind: 'event', ...selection, measure })

const some = measured({ of: 'count', test: atLeastOnce })
const none: Finish = (selection) => ({ kind: 'not', of: some(selection) })

/** A condition on the events of one name or several while it is being written. */
export class EventDraft {
  readonly selection: EventSelection
  /** Whether something was made of the events. */
  readonly isMeasured: boolean
  readonly #finish: Finish

  constructor(selection: EventSelection, finish: Finish = some) {
    this.selection = selection
    this.#finish = finish
    this.isMeasured = finish !== some
    Object.freeze(this)
  }

  node(): Node {
    return this.#finish(this.selection)
  }

  within(duration: Duration): EventDraft {
    return this.during(last(duration))
  }

  during(window: Window): EventDraft {
    return this.at({ op: 'during', window })
  }

  at(test: unknown): EventDraft {
    const at = [...(this.selection.at ?? []), toPredicate(test)]
    return new EventDraft({ ...this.selection, at }, this.#finish)
  }

  where(property: string, test: unknown): EventDraft {
    return new EventDraft(withWhere(this.selection, property, toPredicate(test)), this.#finish)
  }

  count(test: unknown): EventDraft {
    return this.#measure({ of: 'count', test: toPredicate(test) })
  }

  sum(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'sum', property, test: toPredicate(test) })
  }

  average(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'average', property, test: toPredicate(test) })
  }

  min(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'min', property, test: toPredicate(test) })
  }

  max(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'max', property, test: toPredicate(test) })
  }

  distinct(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'distinct', property, test: toPredicate(test) })
  }

  first(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'first', property, test: toPredicate(test) })
  }

  last(property: string, test: unknown): EventDraft {
    return this.#measure({ of: 'last', property, test: toPredicate(test) })
  }

  firstAt(test: unknown): EventDraft {
    return this.#measure({ of: 'first', test: toPredicate(test) })
  }

  lastAt(test: unknown): EventDraft {
    return this.#measure({ of: 'last', test: toPredicate(test) })
  }

  every(property: string, test: unknown, options: { readonly ofNone: 'include' | 'exclude' }): EventDraft {
    const given: { readonly ofNone?: unknown } | null | undefined = options
    const ofNone = given?.ofNone
    if (ofNone !== 'include' && ofNone !== 'exclude') {
      throw misuse(`ofNone: ${shown(ofNone)} in every(…)`, "{ ofNone: 'include' } or { ofNone: 'exclude' }")
    }
    // Whose property is missing fails a positive test, and its complement therefore takes it.
    return this.#done((selection) => {
      const unlike = none(withWhere(selection, property, complement(toPredicate(test))))
      return ofNone === 'include' ? unlike : { kind: 'all', of: [some(selection), unlike] }
    })
  }

  activeOn(unit: CalendarUnit, test: unknown, options: PeriodOptions = {}): EventDraft {
    checkKeys('options of activeOn(…)', options, ['zone', 'weekStart', 'yearStart'])
    return this.#measure({ of: 'periods', unit, ...options, test: toPredicate(test) })
  }

  never(): EventDraft {
    return this.#done(none)
  }

  stopped(duration: Duration): EventDraft {
    return this.#done((selection) => ({
      kind: 'all',
      of: [some(during(selection, ago(duration))), none(during(selection, last(duration)))],
    }))
  }

  resumed(duration: Duration, options: { readonly after: Duration }): EventDraft {
    const given: { readonly after?: Duration } | null | undefined = options
    const after = given?.after
    if (after === undefined)
      throw misuse(`${shown(given)} in resumed(…)`, "a gap, as in { after: '90 days' }")
    // What is no duration is reported by the window that it stands in.
    const [recent, gap] = [durationMs(duration), durationMs(after)]
    const far = recent === undefined || gap === undefined ? after : durationText(recent + gap)
    return this.#done((selection) => ({
      kind: 'all',
      of: [
        some(during(selection, last(duration))),
        none(during(selection, ago(duration, far))),
        some(during(selection, ago(far))),
      ],
    }))
  }

  #measure(measure: Measure): EventDraft {
    return this.#done(measured(measure))
  }

  #done(finish: Finish): EventDraft {
    if (this.isMeasured) {
      const expected = 'one: what else holds is another .event(…) of the group'
      throw misuse(`a second measure of ${eventText(this.selection)}`, expected)
    }
    return new EventDraft(this.selection, finish)
  }
}

const during = (selection: EventSelection, window: Window): EventSelection => ({
  ...selection,
  at: [...(selection.at ?? []), { op: 'during', window }],
})

const withWhere = (selection: EventSelection, property: string, test: Predicate): EventSelection => ({
  ...selection,
  where: [...(selection.where ?? []), { property, test }],
})

/** Which events a draft takes, where nothing can be made of them. */
export function selectionOf({ selection, isMeasured }: EventDraft, call: string): EventSelection {
  if (!isMeasured) return selection
  const expected = 'only which events count: within, during, at, where'
  throw misuse(`a measure of ${eventText(selection)} in ${call}`, expected)
}
