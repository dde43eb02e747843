import type { Duration, Kind, Literal, ValueType } from '@segmentry/core';
import fc from 'fast-check';
/** The instant that the generated world turns around. */
export declare const base: number;
/** Durations that windows are made of. */
export declare const duration: fc.Arbitrary<Duration>;
/** Milliseconds at the edges of windows around {@link base}, and one before and after. */
export declare const instantMs: fc.Arbitrary<number>;
/** An instant as text: in UTC, at an offset, or with digits beyond the millisecond, which do not count. */
export declare const instantText: fc.Arbitrary<string>;
/** Well-formed text without U+0000: quotes, wildcards, white space, case pairs, characters beyond U+FFFF. */
export declare const textValue: fc.Arbitrary<string>;
/** Text to look for inside other text: never empty. */
export declare const affix: fc.Arbitrary<string>;
/** A value of each type, as a definition or a person may write it. */
export declare const literals: {
    readonly [K in Kind]: (type: Extract<ValueType, {
        kind: K;
    }>) => fc.Arbitrary<Literal>;
};
/** A value of a type; of a list, a value of its elements. */
export declare const literalOf: (type: ValueType) => fc.Arbitrary<Literal>;
