import { checkTop } from '../definition/check-set.ts'
import { deepFreeze } from '../definition/freeze.ts'
import { type Aggregate, atLeastOnce, type Definition, type EventSelection } from '../definition/node.ts'
import {
  type AnySetSegment,
  type Ranking,
  type SetDefinition,
  setDefinition,
  type Top,
} from '../definition/set.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { CalendarUnit, PeriodOptions } from '../predicate/window.ts'
import type { Schema } from '../schema/schema.ts'
import { shown } from '../suggest.ts'
import { EventDraft, selectionOf } from './event.ts'
import { eventCall, eventText, located, made, misuse, refuses } from './made.ts'

type BuildEvent = (event: EventDraft) => EventDraft

/** What people are ranked by while it is being written. */
export class RankingDraft {
  readonly #selection: EventSelection | undefined
  readonly #measure: Aggregate | undefined

  constructor(selection?: EventSelection, measure?: Aggregate) {
    this.#selection = selection
    this.#measure = measure
    Object.freeze(this)
  }

  ranking(): Ranking {
    if (this.#selection && this.#measure) return { kind: 'event', ...this.#selection, measure: this.#measure }
    const found = this.#selection ? `${eventText(this.#selection)} with nothing made of it` : 'no event'
    throw misuse(`${found} to rank by`, "what is made of events: (r) => r.event('opened').count()")
  }

  event(event: EventSelection['event'], build: BuildEvent = (draft) => draft): RankingDraft {
    const draft = made(eventCall(event), build, new EventDraft({ event }))
    return new RankingDraft(selectionOf(draft, 'a ranking'))
  }

  count(): RankingDraft {
    return this.#by({ of: 'count' })
  }

  sum(property: string): RankingDraft {
    return this.#by({ of: 'sum', property })
  }

  average(property: string): RankingDraft {
    return this.#by({ of: 'average', property })
  }

  min(property: string): RankingDraft {
    return this.#by({ of: 'min', property })
  }

  max(property: string): RankingDraft {
    return this.#by({ of: 'max', property })
  }

  distinct(property: string): RankingDraft {
    return this.#by({ of: 'distinct', property })
  }

  first(property: string): RankingDraft {
    return this.#by({ of: 'first', property })
  }

  last(property: string): RankingDraft {
    return this.#by({ of: 'last', property })
  }

  firstAt(): RankingDraft {
    return this.#by({ of: 'first' })
  }

  lastAt(): RankingDraft {
    return this.#by({ of: 'last' })
  }

  activeOn(unit: CalendarUnit, options: PeriodOptions = {}): RankingDraft {
    return this.#by({ of: 'periods', unit, ...options })
  }

  #by(measure: Aggregate): RankingDraft {
    return new RankingDraft(this.#selection, measure)
  }
}

refuses(
  RankingDraft,
  ['within', 'during', 'at', 'where'],
  'of a ranking',
  "which events count inside event(…): r.event('opened', (e) => e.within('30 days'))",
)

/** The top of a segment: frozen, and without a `definition` that somebody could ask about one person. */
class SetValue implements AnySetSegment {
  readonly whole: Definition
  readonly top: Top

  constructor(whole: Definition, top: Top) {
    this.whole = whole
    this.top = deepFreeze(top)
    Object.freeze(this)
  }

  /** It prints and serialises as its definition. */
  toJSON(): SetDefinition {
    return setDefinition(this)
  }
}

refuses(
  SetValue,
  ['group', 'exclude', 'includePeople', 'excludePeople', 'titled', 'described', 'ownedBy', 'top', 'bottom'],
  'after .top(…) or .bottom(…)',
  'what a segment says before them: they are taken last',
)

/** Makes the top of a segment, checked as filters are. */
export function topOf(
  schema: Schema,
  whole: Definition,
  { count, order }: Pick<Top, 'count' | 'order'>,
  given: unknown,
): AnySetSegment {
  const by = rankingOf(given, order === 'most' ? 'top(…)' : 'bottom(…)')
  const issues: Issue[] = []
  const report = (issue: Issue): void => void issues.push(locatedIn(by, issue))
  const top = checkTop({ count, order, by }, schema, report, [])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return new SetValue(whole, top)
}

function rankingOf(given: unknown, call: string): Ranking {
  if (typeof given === 'string') return { kind: 'field', field: given }
  if (typeof given === 'function') {
    return made(call, given as (start: RankingDraft) => RankingDraft, new RankingDraft()).ranking()
  }
  throw misuse(
    `${shown(given)} to rank by in ${call}`,
    "a field, or what is made of events: (r) => r.event('opened').count()",
  )
}

/** An issue of a ranking by events says of which, as one of a filter does. */
const locatedIn = (by: Ranking, issue: Issue): Issue =>
  by.kind === 'field' || issue.path[0] !== 'by'
    ? issue
    : located(
        { ...issue, path: issue.path.slice(1) },
        { ...by, measure: { ...by.measure, test: atLeastOnce } },
      )
