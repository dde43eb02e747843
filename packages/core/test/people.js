import { boolean, choice, date, decimal, defineSchema, integer, list, object, openTags, segmentry, text, timestamp, } from '../src/index.js';
/** A small schema that the unit tests read easily. */
export const schema = defineSchema({
    fields: {
        state: text(),
        country: text().required(),
        plan: choice('free', 'pro'),
        spent: decimal(2),
        visits: integer(),
        active: boolean(),
        birthday: date(),
        seenAt: timestamp(),
        languages: list(text()),
        address: object({ city: text(), size: object({ length: integer() }) }),
        'first name': text(),
    },
    tags: openTags('VIP', 'churned'),
    events: {
        opened: { campaign: text() },
        purchase: { amount: decimal(2), quantity: integer(), sku: text() },
    },
});
export const { segment } = segmentry(schema);
export const now = '2026-11-24T09:30:00.000Z';
export const nowMs = Date.parse(now);
/** A segment of one field filter as data, for tests of what the builder's types refuse. */
export const fieldIs = (field, test) => ({ definition: { format: 1, rule: { kind: 'field', field, test } } });
/** An instant so many milliseconds before {@link now}, or after it when negative. */
export const ago = (ms) => new Date(nowMs - ms).toISOString();
/** Everything that comes, in a list. */
export async function collect(items) {
    const collected = [];
    for await (const item of items)
        collected.push(item);
    return collected;
}
//# sourceMappingURL=people.js.map