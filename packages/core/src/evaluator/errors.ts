import * as Data from 'effect/Data'

/** An evaluation that was given no clock: nothing here reads the time by itself. */
export class ClockError extends Data.TaggedError('ClockError')<{}> {
  override get message(): string {
    return 'found no clock, expected an instant: pass { now: new Date() } to the call, or to inProcess(…)'
  }
}

/** Two people of one population with the same id. */
export class DuplicatePersonError extends Data.TaggedError('DuplicatePersonError')<{
  readonly person: string
}> {
  override get message(): string {
    return `found two people with the id ${JSON.stringify(this.person)}, expected one: merge them before they are evaluated`
  }
}
