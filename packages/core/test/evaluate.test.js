import { describe, expect, test } from 'vitest';
import { atLeast, contains, DefinitionError, defineSchema, evaluate, greaterThan, has, inLast, inNext, is, isBlank, isMissing, isNot, isPresent, preparePerson, compileSegments, SchemaMismatchError, text, whiteSpace, } from '../src/index.js';
import { ago, fieldIs, now, schema, segment } from './people.js';
const answer = (made, person) => evaluate(made, { id: 'ann', ...person }, { schema, now });
const day = 86_400_000;
describe('the first card', () => {
    const vip = segment().group((g) => g.tag('VIP').field('state', 'CA'));
    test.each([
        [{ fields: { state: 'CA' }, tags: ['VIP'] }, true],
        [{ fields: { state: 'NY' }, tags: ['VIP'] }, false],
        [{ fields: { state: 'CA' }, tags: ['vip'] }, false],
        [{}, false],
    ])('%j: %s', (person, expected) => expect(answer(vip, person)).toBe(expected));
});
describe('missing', () => {
    const excluding = segment().group((g) => g.field('state', isNot('CA', { missing: 'exclude' })));
    const including = segment().group((g) => g.field('state', isNot('CA', { missing: 'include' })));
    test.each([
        ['nothing', {}],
        ['null', { state: null }],
        ['a number where text is declared', { state: 7 }],
        ['half a surrogate pair', { state: '\ud800' }],
        ['U+0000', { state: 'a\0' }],
    ])('%s is what the policy says', (_, fields) => {
        expect(answer(excluding, { fields })).toBe(false);
        expect(answer(including, { fields })).toBe(true);
        expect(answer(segment().group((g) => g.field('state', isMissing())), { fields })).toBe(true);
        expect(answer(segment().group((g) => g.field('state', isPresent())), { fields })).toBe(false);
        expect(answer(segment().group((g) => g.field('state', isBlank())), { fields })).toBe(true);
    });
    test('empty text is a value, and blank', () => {
        expect(answer(excluding, { fields: { state: '' } })).toBe(true);
        expect(answer(segment().group((g) => g.field('state', isBlank())), { fields: { state: '' } })).toBe(true);
    });
    test('an ill-typed value of a required field is excluded by a negative test', () => {
        const abroad = segment().group((g) => g.field('country', isNot('US')));
        expect(answer(abroad, { fields: { country: 7 } })).toBe(false);
        expect(answer(segment().group((g) => g.not((n) => n.field('country', 'US'))), { fields: {} })).toBe(true);
    });
    test('not turns the answer and the policy round', () => {
        const not = segment().group((g) => g.not((n) => n.field('state', isNot('CA', { missing: 'exclude' }))));
        expect(answer(not, {})).toBe(true);
        expect(answer(not, { fields: { state: 'CA' } })).toBe(true);
        expect(answer(not, { fields: { state: 'NY' } })).toBe(false);
    });
});
describe('names', () => {
    test('are looked up as own properties of objects only', () => {
        const length = segment().group((g) => g.field('address.size.length', atLeast(0)));
        expect(answer(length, { fields: { address: { size: { length: 2 } } } })).toBe(true);
        expect(answer(length, { fields: { address: { size: [1, 2] } } })).toBe(false);
        expect(answer(length, { fields: { address: { size: 'ab' } } })).toBe(false);
        const inherited = Object.create({ state: 'CA' });
        expect(answer(segment().group((g) => g.field('state', 'CA')), { fields: inherited })).toBe(false);
    });
    test('with a dot are parts, never keys', () => {
        const city = segment().group((g) => g.field('address.city', 'LA'));
        expect(answer(city, { fields: { 'address.city': 'LA' } })).toBe(false);
        expect(answer(city, { fields: { address: { city: 'LA' } } })).toBe(true);
    });
});
describe('text', () => {
    test('is compared exactly', () => {
        const found = (value, part) => answer(segment().group((g) => g.field('state', contains(part))), { fields: { state: value } });
        expect(found('100%', '0%')).toBe(true);
        expect(found('1000', '0%')).toBe(false);
        expect(found('aXb', 'a_b')).toBe(false);
        expect(found('CA', 'ca')).toBe(false);
        expect(found('\u00e9', 'e\u0301')).toBe(false);
    });
    test('is blank of one fixed set of characters', () => {
        const blank = (value) => answer(segment().group((g) => g.field('state', isBlank())), { fields: { state: value } });
        expect([...whiteSpace]).toHaveLength(25);
        expect(blank(whiteSpace)).toBe(true);
        for (const other of ['\u200b', '\ufeff', '\u180e', '\u001c', 'x'])
            expect(blank(` ${other} `)).toBe(false);
    });
});
describe('windows', () => {
    const last = segment().group((g) => g.field('seenAt', inLast('1 day')));
    const next = segment().group((g) => g.field('seenAt', inNext('1 day')));
    test.each([
        ['now', 0, true, false],
        ['1 ms later', -1, false, true],
        ['almost a day ago', day - 1, true, false],
        ['a day ago', day, false, false],
        ['a day ahead', -day, false, true],
        ['more than a day ahead', -day - 1, false, false],
    ])('%s', (_, age, inside, ahead) => {
        expect(answer(last, { fields: { seenAt: ago(age) } })).toBe(inside);
        expect(answer(next, { fields: { seenAt: ago(age) } })).toBe(ahead);
    });
    test('instants are floored to the millisecond', () => {
        const late = { fields: { seenAt: now.replace('Z', '999Z') } };
        expect(answer(last, late)).toBe(true);
        expect(answer(next, late)).toBe(false);
        expect(answer(segment().group((g) => g.field('seenAt', is(now))), late)).toBe(true);
    });
});
describe('events', () => {
    const opened = (at, id = 'e') => ({ id, name: 'opened', at });
    const once = segment().group((g) => g.event('opened'));
    const recently = segment().group((g) => g.event('opened', (e) => e.within('1 day')));
    const never = segment().group((g) => g.event('opened', (e) => e.within('1 day').never()));
    test('after now have not happened, in any window', () => {
        expect(answer(once, { events: [opened(ago(-1))] })).toBe(false);
        expect(answer(once, { events: [opened(ago(0))] })).toBe(true);
    });
    test('are in the window (now − d, now]', () => {
        expect(answer(recently, { events: [opened(ago(day))] })).toBe(false);
        expect(answer(recently, { events: [opened(ago(day - 1))] })).toBe(true);
        expect(answer(never, { events: [opened(ago(day))] })).toBe(true);
    });
    test('without a readable instant, or of another name, are ignored', () => {
        expect(answer(once, { events: [opened('soon'), { id: 'x', name: 'constructor', at: now }] })).toBe(false);
    });
    test('that did not happen count as 0', () => {
        const few = segment().group((g) => g.event('opened', (e) => e.count(is(0))));
        expect(answer(few, {})).toBe(true);
        expect(answer(few, { events: [opened(ago(1))] })).toBe(false);
    });
    test('have to pass all conditions at once', () => {
        const both = segment().group((g) => g.event('purchase', (e) => e.where('sku', 'a').where('amount', greaterThan(10))));
        const buy = (sku, amount) => ({
            id: sku + amount,
            name: 'purchase',
            at: ago(1),
            properties: { sku, amount },
        });
        expect(answer(both, { events: [buy('a', '9'), buy('b', '11')] })).toBe(false);
        expect(answer(both, { events: [buy('a', '9'), buy('a', '10.01')] })).toBe(true);
    });
});
describe('sums', () => {
    const buy = (properties, i) => ({
        id: `${i}`,
        name: 'purchase',
        at: ago(i),
        properties,
    });
    test('of decimals are exact', () => {
        const exactly = segment().group((g) => g.event('purchase', (e) => e.sum('amount', is('0.3'))));
        expect(answer(exactly, { events: [{ amount: '0.1' }, { amount: 0.2 }].map(buy) })).toBe(true);
    });
    test('beyond the safe integers come back exactly', () => {
        const large = Number.MAX_SAFE_INTEGER;
        const quantities = [large, 1, 1, 3, -large].map((quantity) => ({ quantity }));
        const five = segment().group((g) => g.event('purchase', (e) => e.sum('quantity', is(5))));
        const above = segment().group((g) => g.event('purchase', (e) => e.sum('quantity', greaterThan(large))));
        expect(answer(five, { events: quantities.map(buy) })).toBe(true);
        expect(answer(above, { events: quantities.map(buy) })).toBe(false);
        expect(answer(above, { events: quantities.slice(0, 2).map(buy) })).toBe(true);
    });
    test('ignore what is missing', () => {
        const two = segment().group((g) => g.event('purchase', (e) => e.sum('quantity', is(2))));
        const mixed = [{ quantity: 2 }, { quantity: '5' }, { quantity: null }, {}];
        expect(answer(two, { events: mixed.map(buy) })).toBe(true);
    });
});
test('lists are looked into by value, without ill-typed elements', () => {
    const english = segment().group((g) => g.field('languages', has('en')));
    expect(answer(english, { fields: { languages: [7, null, 'en'] } })).toBe(true);
    expect(answer(english, { fields: { languages: 'en' } })).toBe(false);
    const blank = segment().group((g) => g.field('languages', isBlank()));
    expect(answer(blank, { fields: { languages: [7] } })).toBe(true);
    expect(answer(blank, { fields: { languages: [''] } })).toBe(false);
});
test('dates order as dates, long lists of values as short ones', () => {
    const after = fieldIs('birthday', { op: 'greaterThan', value: '0999-12-31' });
    expect(answer(after, { fields: { birthday: '1000-01-01' } })).toBe(true);
    const many = fieldIs('visits', { op: 'oneOf', values: Array.from({ length: 50 }, (_, i) => i) });
    expect(answer(many, { fields: { visits: -0 } })).toBe(true);
    expect(answer(many, { fields: { visits: 50 } })).toBe(false);
});
test('a segment that does not suit the schema, a clock that is none and a foreign person are refused', () => {
    const unknown = fieldIs('stat', { op: 'is', value: 'CA' });
    expect(() => answer(unknown, {})).toThrow(DefinitionError);
    expect(() => answer(unknown, {})).toThrow("unknown field 'stat' - did you mean 'state'?");
    const vip = segment().group((g) => g.tag('VIP'));
    expect(() => evaluate(vip, { id: 'ann' }, { schema, now: 'yesterday' })).toThrow(RangeError);
    const other = defineSchema({ fields: { state: text() } });
    const membership = compileSegments({ vip }, schema);
    expect(() => membership(preparePerson(other, { id: 'ann' }), 0)).toThrow(SchemaMismatchError);
});
//# sourceMappingURL=evaluate.test.js.map