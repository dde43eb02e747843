import { expect, test } from 'vitest';
import { explainPerson, greaterThan, has, isMissing, renderExplanation } from '../src/index.js';
import { ago, now, schema, segment } from './people.js';
const made = segment()
    .group((g) => g.tag('VIP').field('state', 'CA'))
    .group((g) => g.event('purchase', (e) => e.within('30 days').sum('amount', greaterThan('19.5'))))
    .group((g) => g.event('opened', (e) => e.within('90 days').never()).field('languages', has('en')))
    .exclude((g) => g.field('birthday', isMissing()));
const ann = {
    id: 'ann',
    fields: { state: 'NY', languages: ['en', "o'"], birthday: '1990-01-02' },
    tags: ['churned', 'VIP', 'VIP'],
    events: [
        { id: '1', name: 'purchase', at: ago(1), properties: { amount: '9.90' } },
        { id: '2', name: 'purchase', at: ago(2), properties: { amount: 9.6 } },
        { id: '3', name: 'opened', at: ago(3) },
    ],
};
test('an explanation shows every filter, in the shape of the rule, with what was found', () => {
    expect(renderExplanation(explainPerson(made, ann, { schema, now }))).toBe(`ann is not a member at ${now}
✗ all of these
  ✗ any of these
    ✗ all of these
      ✓ tagged VIP: found 'VIP', 'churned'
      ✗ state is 'CA': found 'NY'
    ✗ sum of amount of purchase is more than 19.5 in the last 30 days: found 19.5 in the last 30 days
    ✗ all of these
      ✗ not this
        ✓ opened at least once in the last 90 days: found 1 in the last 90 days
      ✓ languages has 'en': found 'en', 'o\\''
  ✓ not this
    ✗ birthday is missing: found 1990-01-02`);
});
test('nothing found is said too', () => {
    expect(renderExplanation(explainPerson(made, { id: 'bob' }, { schema, now }))).toBe(`bob is not a member at ${now}
✗ all of these
  ✗ any of these
    ✗ all of these
      ✗ tagged VIP: found no tags
      ✗ state is 'CA': missing
    ✗ sum of amount of purchase is more than 19.5 in the last 30 days: found 0 in the last 30 days
    ✗ all of these
      ✓ not this
        ✗ opened at least once in the last 90 days: found 0 in the last 90 days
      ✗ languages has 'en': missing
  ✗ not this
    ✓ birthday is missing: missing`);
});
test('an explanation is data', () => {
    const { reason, ...rest } = explainPerson(made, ann, { schema, now });
    expect(rest).toEqual({ person: 'ann', found: true, member: false, now });
    expect(reason?.of?.[0]?.of?.[1]).toEqual({
        kind: 'event',
        matched: false,
        text: 'sum of amount of purchase is more than 19.5 in the last 30 days',
        found: '19.5',
        finding: 'found 19.5 in the last 30 days',
    });
});
test('a sum beyond the safe integers is shown exactly', () => {
    const quantity = Number.MAX_SAFE_INTEGER;
    const events = [1, 2].map((i) => ({
        id: `${i}`,
        name: 'purchase',
        at: ago(i),
        properties: { quantity },
    }));
    const many = segment().group((g) => g.event('purchase', (e) => e.sum('quantity', greaterThan(quantity))));
    const { reason } = explainPerson(many, { id: 'ann', events }, { schema, now });
    expect(reason).toMatchObject({ matched: true, found: '18014398509481982' });
});
test('a person the population does not have is said to be missing from it', () => {
    expect(renderExplanation({ person: 'eve', found: false, member: false, now })).toBe('eve is not in the population');
});
//# sourceMappingURL=explain.test.js.map