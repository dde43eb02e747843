import fc from 'fast-check';
import { schema } from './schema.js';
import { instantMs, instantText, literalOf, textValue } from './values.js';
const unstorable = [
    ...[NaN, Infinity, -Infinity, 'a\0b', '\ud800', '\udc00x', new Date(NaN), new Date(8.64e15)],
    ...[10n, Symbol('s'), () => 1, new Map([['city', 'CA']])],
];
/** Values that are of the wrong type somewhere, and often of all types. */
const wrong = [
    ...[
        '7',
        'CA',
        '',
        'not a date',
        '2024-02-30',
        '2026-11-24T00:00:00',
        '2026-11-24T00:00:60Z',
        'gold',
        '1e3',
    ],
    ...[
        7,
        0.5,
        2 ** 53,
        -(2 ** 53),
        1e300,
        0.001,
        true,
        false,
        {},
        { city: 'CA' },
        [],
        ['CA'],
        [7, 'x', null],
        [[]],
    ],
    ...['0000-01-01', '10000-01-01', '19.9999', '1_000', '0x1A', ' 7', '2026-11-24 09:30:00Z', 'infinity'],
];
/** Raw values of one field. */
function raw(type, options) {
    const { storable = false, illTyped = true } = options;
    const stray = fc.constantFrom(...wrong, ...(storable ? [] : unstorable));
    return fc.oneof({ weight: 7, arbitrary: wellTyped(type, options) }, { weight: 2, arbitrary: fc.constant(null) }, ...(illTyped ? [{ weight: 1, arbitrary: stray }] : []));
}
function wellTyped(type, options) {
    if (type.kind === 'list') {
        const element = options.illTyped === false ? wellTyped(type.of, options) : raw(type.of, options);
        return fc.array(element, { maxLength: 4 });
    }
    if (type.kind === 'timestamp' && !options.storable) {
        return fc.oneof(instantText, instantMs.map((ms) => new Date(ms)));
    }
    return literalOf(type);
}
const isObject = (kind) => kind === 'object';
/** An object that holds the fields, each of them sometimes left out; objects hold their parts. */
function holder(infos, options, parents = []) {
    const depth = parents.length;
    const here = [...infos.values()].filter(({ path }) => path.length === depth + 1 && parents.every((key, i) => path[i] === key));
    const entries = here.map((info) => {
        const key = info.path[depth];
        if (!isObject(info.type.kind))
            return [key, raw(info.type, options)];
        const parts = holder(infos, options, info.path);
        const { illTyped = true } = options;
        const stray = fc.constantFrom(...wrong.filter((value) => typeof value !== 'object' || Array.isArray(value)));
        const value = fc.oneof({ weight: 7, arbitrary: parts }, { weight: 2, arbitrary: fc.constant(null) }, ...(illTyped ? [{ weight: 1, arbitrary: stray }] : []));
        return [key, value];
    });
    return fc.record(Object.fromEntries(entries), {
        requiredKeys: [],
        noNullPrototype: true,
    });
}
const tags = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom('VIP', 'churned', "it's", 'or', 'a b') }, { weight: 1, arbitrary: textValue.filter((tag) => tag !== '') }), { maxLength: 4 });
function event(options) {
    const { storable = false, illTyped = true } = options;
    const at = fc.oneof({ weight: 9, arbitrary: storable ? instantText : wellTyped({ kind: 'timestamp' }, options) }, ...(illTyped ? [{ weight: 1, arbitrary: fc.constantFrom('soon', null, 7) }] : []));
    const named = [...schema.events].map(([name, properties]) => fc.record({ name: fc.constant(name), at, properties: holder(properties, options) }, { requiredKeys: ['name', 'at'] }));
    const undeclared = fc.record({ name: fc.constantFrom('refunded', 'constructor'), at });
    return fc.oneof(...named.map((arbitrary) => ({ weight: 3, arbitrary })), {
        weight: 1,
        arbitrary: undeclared,
    });
}
const ids = [
    '1',
    '10',
    '2',
    'ann',
    'Ann',
    "o'neil",
    'é',
    'z',
    '\uff5e',
    '\u{1d4b3}',
    'a b',
    '"q"',
    'p-11',
    'p_11',
];
/** A person with an id of its own. Ids of events begin with it, so that they are unique in a population. */
export function person(options = {}, id = fc.constantFrom(...ids)) {
    return fc
        .record({
        id,
        fields: holder(schema.fields, options),
        tags,
        events: fc.array(event(options), { maxLength: 8 }),
    })
        .map(({ events, ...rest }) => ({
        ...rest,
        fields: rest.fields,
        // Higher positions get lower ids, so that ties of an instant are not in the order of the list.
        events: events.map((made, i) => ({ ...made, id: `${rest.id}/${9 - i}` })),
    }));
}
/** A population: ids are unique. */
export const people = (options = {}) => fc.uniqueArray(person(options), { maxLength: options.maxLength ?? 8, selector: ({ id }) => id });
//# sourceMappingURL=people.js.map