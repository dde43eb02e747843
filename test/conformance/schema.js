import { boolean, choice, date, decimal, defineSchema, integer, list, number, object, openTags, text, timestamp, } from '@segmentry/core';
/** A schema with every kind of field, required and optional, and names that have to be quoted in SQL. */
export const schema = defineSchema({
    fields: {
        state: text(),
        name: text().required(),
        plan: choice('free', 'pro', "owner's"),
        tier: choice('one', 'two').required(),
        visits: integer(),
        age: integer().required(),
        score: number(),
        ratio: number().required(),
        spent: decimal(2),
        balance: decimal(3).required(),
        active: boolean(),
        verified: boolean().required(),
        birthday: date(),
        joined: date().required(),
        seenAt: timestamp(),
        createdAt: timestamp().required(),
        languages: list(text()),
        lucky: list(integer()).required(),
        prices: list(decimal(2)),
        roles: list(choice('admin', 'reader')),
        'home address': object({ city: text(), zip: integer(), geo: object({ lat: number() }) }),
    },
    tags: openTags('VIP', 'churned'),
    events: {
        opened: { campaign: text(), clicks: integer(), device: choice('phone', 'desk') },
        purchase: {
            amount: decimal(2),
            quantity: integer(),
            sku: text().required(),
            gift: boolean(),
            due: date(),
            paidAt: timestamp(),
            labels: list(text()),
            shop: object({ city: text() }),
        },
        'page view': { path: text(), seconds: number() },
    },
});
//# sourceMappingURL=schema.js.map