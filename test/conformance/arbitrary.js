import { format, } from '@segmentry/core';
import fc from 'fast-check';
import { schema } from './schema.js';
import { affix, base, duration, instantMs, literalOf, textValue } from './values.js';
export { people, person } from './people.js';
export { schema } from './schema.js';
export { base } from './values.js';
const equality = ['is', 'oneOf', 'present'];
const ordered = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between'];
/** The statements that suit each type, written down once more, so that a lost one is noticed. */
export const opsOf = {
    text: [...equality, 'contains', 'startsWith', 'endsWith', 'blank'],
    choice: equality,
    boolean: equality,
    integer: [...equality, ...ordered],
    number: [...equality, ...ordered],
    decimal: [...equality, ...ordered],
    date: [...equality, ...ordered],
    timestamp: [...equality, ...ordered, 'inLast', 'inNext', 'inLast', 'inNext'],
    list: ['has', 'has', 'blank', 'present'],
    object: ['present'],
};
const statements = {
    is: comparison,
    oneOf: (op, value) => fc.record({
        op: fc.constant(op),
        values: fc.oneof({ weight: 5, arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }) }, { weight: 1, arbitrary: fc.array(value, { minLength: 9, maxLength: 20 }) }),
    }),
    lessThan: comparison,
    atMost: comparison,
    greaterThan: comparison,
    atLeast: comparison,
    between: (op, value) => fc.record({ op: fc.constant(op), from: value, to: value }),
    contains: (op) => fc.record({ op: fc.constant(op), value: affix }),
    startsWith: (op) => fc.record({ op: fc.constant(op), value: affix }),
    endsWith: (op) => fc.record({ op: fc.constant(op), value: affix }),
    inLast: (op) => fc.record({ op: fc.constant(op), duration }),
    inNext: (op) => fc.record({ op: fc.constant(op), duration }),
    has: comparison,
    present: (op) => fc.constant({ op }),
    blank: (op) => fc.constant({ op }),
};
function comparison(op, value) {
    return fc.record({ op: fc.constant(op), value });
}
const statement = (ops, value) => fc.oneof(...ops.map((op) => statements[op](op, value)));
// A policy on a positive test is legal too: it is what the complement of an excluding negative test has.
const flags = fc.constantFrom({}, {}, { whenMissing: true }, { negated: true, whenMissing: true }, { negated: true, whenMissing: false });
/** A predicate that suits a type. */
export const predicate = (type) => fc
    .tuple(statement(opsOf[type.kind], literalOf(type)), flags)
    .map(([said, policy]) => ({ ...said, ...policy }));
const fieldFilter = (info) => predicate(info.type).map((test) => ({ kind: 'field', field: info.name, test }));
const tagFilter = fc
    .oneof({ weight: 4, arbitrary: fc.constantFrom('VIP', 'churned', "it's", 'or', 'a b') }, { weight: 1, arbitrary: textValue.filter((text) => text !== '') })
    .map((tag) => ({ kind: 'tag', tag }));
const negation = fc.constantFrom({}, {}, { negated: true });
const counted = fc
    .tuple(statement(['is', 'oneOf', ...ordered], fc.constantFrom(0, 1, 1, 2, 3, 5, -1)), negation)
    .map(([said, negated]) => ({ of: 'count', test: { ...said, ...negated } }));
const summed = (info) => fc
    .tuple(statement(['is', ...ordered], literalOf(info.type)), negation)
    .map(([said, negated]) => ({ of: 'sum', property: info.name, test: { ...said, ...negated } }));
const eventFilter = (event, properties) => {
    const summable = properties.filter(({ type }) => type.kind === 'integer' || type.kind === 'decimal');
    const where = fc.array(fc.oneof(...properties.map((info) => predicate(info.type).map((test) => ({ property: info.name, test })))), { minLength: 1, maxLength: 2 });
    return fc.record({
        kind: fc.constant('event'),
        event: fc.constant(event),
        within: duration,
        where,
        measure: fc.oneof(counted, ...summable.map(summed)),
    }, { requiredKeys: ['kind', 'event', 'measure'] });
};
/** One filter: of a tag, a field or an event. */
export const leaf = fc.oneof({ weight: 1, arbitrary: fc.constant({ kind: 'everyone' }) }, { weight: 3, arbitrary: tagFilter }, { weight: 8, arbitrary: fc.oneof(...[...schema.fields.values()].map(fieldFilter)) }, {
    weight: 6,
    arbitrary: fc.oneof(...[...schema.events].map(([name, properties]) => eventFilter(name, [...properties.values()]))),
});
/** A valid rule: every kind of node, nested. */
export const node = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, { weight: 4, arbitrary: leaf }, { weight: 2, arbitrary: fc.record({ kind: fc.constant('all'), of: tie('some') }) }, { weight: 2, arbitrary: fc.record({ kind: fc.constant('any'), of: tie('some') }) }, { weight: 1, arbitrary: fc.record({ kind: fc.constant('not'), of: tie('node') }) }),
    some: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
})).node;
/** A segment with a valid rule. */
export const segment = node.map((rule) => ({ definition: { format, rule } }));
/** A clock, in UTC milliseconds: most often at an edge of what happened. */
export const clock = fc.oneof({ weight: 3, arbitrary: fc.constant(base) }, { weight: 2, arbitrary: instantMs });
//# sourceMappingURL=arbitrary.js.map