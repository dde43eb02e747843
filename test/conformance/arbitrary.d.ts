import { type AnySegment, type Kind, type Node, type Op, type Predicate, type ValueType } from '@segmentry/core';
import fc from 'fast-check';
export { people, person, type PeopleOptions } from './people.ts';
export { schema } from './schema.ts';
export { base } from './values.ts';
/** The statements that suit each type, written down once more, so that a lost one is noticed. */
export declare const opsOf: Readonly<Record<Kind, readonly Op[]>>;
/** A predicate that suits a type. */
export declare const predicate: (type: ValueType) => fc.Arbitrary<Predicate>;
/** One filter: of a tag, a field or an event. */
export declare const leaf: fc.Arbitrary<Node>;
/** A valid rule: every kind of node, nested. */
export declare const node: fc.Arbitrary<Node>;
/** A segment with a valid rule. */
export declare const segment: fc.Arbitrary<AnySegment>;
/** A clock, in UTC milliseconds: most often at an edge of what happened. */
export declare const clock: fc.Arbitrary<number>;
