import type { Person } from '@segmentry/core';
import fc from 'fast-check';
/** Which people are generated. */
export interface PeopleOptions {
    /**
     * Only what JSON and Postgres can hold: no U+0000, no lone surrogate, no NaN, no infinity, no `Date`.
     * Off unless asked for.
     */
    readonly storable?: boolean;
    /** Values that are not of their declared type, and events without a readable instant; on unless refused. */
    readonly illTyped?: boolean;
    /** How many people at most; 8 unless said. */
    readonly maxLength?: number;
}
/** A person with an id of its own. Ids of events begin with it, so that they are unique in a population. */
export declare function person(options?: PeopleOptions, id?: fc.Arbitrary<string>): fc.Arbitrary<Person>;
/** A population: ids are unique. */
export declare const people: (options?: PeopleOptions) => fc.Arbitrary<readonly Person[]>;
