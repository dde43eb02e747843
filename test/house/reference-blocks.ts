import { engagement, lifecycle, rfm } from '@segmentry/core'
import { type Page, shop } from './reference-schema.ts'

const stages = lifecycle(shop, { event: 'purchase', new: '14 days', active: '30 days', lost: '90 days' })

const scores = rfm(shop, {
  event: 'purchase',
  amount: 'amount',
  within: '365 days',
  recency: ['90 days', '30 days'],
  frequency: [1, 5],
  money: [50, 500],
})

const mail = engagement(shop, {
  sent: 'sent',
  opened: 'opened',
  clicked: 'clicked',
  bounced: 'bounced',
  unsubscribed: 'unsubscribed',
  campaign: 'campaign',
})

/** What the entries are made with; the page shows it. */
export const made = { stages, scores, mail }

export const blocks: Page = {
  file: 'blocks.md',
  title: 'Ready-made blocks',
  intro:
    'Segments that many need, over the names of your own events. They are ordinary segments: take them as they are, put them into ' +
    "others with `g.in(…)`, or read here how they are made and write your own. On this page `stages` is `lifecycle(shop, { event: 'purchase', " +
    "new: '14 days', active: '30 days', lost: '90 days' })`, `scores` is `rfm(shop, { event: 'purchase', amount: 'amount', within: '365 days', " +
    "recency: ['90 days', '30 days'], frequency: [1, 5], money: [50, 500] })`, and `mail` is `engagement(shop, { sent: 'sent', … })`, where " +
    '`shop` is `segmentry<Shop>(schema)`.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'prospects',
      purpose: 'Lifecycle: never did it.',
      whole: () => stages.prospects,
      edges: ['Everybody is in exactly one of the five stages at any time.'],
    },
    {
      heading: 'newcomers',
      purpose: 'Lifecycle: did it for the first time lately.',
      whole: () => stages.newcomers,
      edges: ['`new` may not be longer than `active`.'],
    },
    {
      heading: 'active',
      purpose: 'Lifecycle: did it lately, and not for the first time.',
      whole: () => stages.active,
      edges: ['Somebody at the very edge of `new` is active.'],
    },
    {
      heading: 'at risk',
      purpose: 'Lifecycle: did it, and not lately.',
      whole: () => stages.atRisk,
      edges: ['`active` has to be shorter than `lost`.'],
    },
    {
      heading: 'lost',
      purpose: 'Lifecycle: did it, and not for a long time.',
      whole: () => stages.lost,
      edges: ['Who does it again is active at once.'],
    },
    {
      heading: 'recency',
      purpose: 'RFM: a score by how long ago the last event is; two limits make three scores, 0 to 2.',
      whole: () => scores.recency[1]!,
      edges: [
        'Score 0 is to have done nothing since the longest limit.',
        'Limits are stated, and not quantiles: nobody moves because others do.',
      ],
    },
    {
      heading: 'frequency',
      purpose: 'RFM: a score by how many events there are.',
      whole: () => scores.frequency[1]!,
      edges: ['Each limit belongs to the score that begins with it.'],
    },
    {
      heading: 'money',
      purpose: 'RFM: a score by the sum of a property.',
      whole: () => scores.money[1]!,
      edges: ['Exact, as [sums](events.md) are. The sum of no events is 0, and negative sums have score 0.'],
    },
    {
      heading: 'sent',
      purpose: 'Engagement: was sent a message.',
      whole: () => mail.sent({ within: '30 days' }),
      edges: ['Without options, of whatever campaign and whenever; so it is for those below.'],
    },
    {
      heading: 'opened',
      purpose: 'Engagement: opened a message.',
      whole: () => mail.opened({ campaign: 'spring' }),
      edges: ['Once is enough; count with `g.event(…)`.'],
    },
    {
      heading: 'clicked',
      purpose:
        'Engagement: clicked in a message of one of some campaigns, such as the last few that you sent.',
      whole: () => mail.clicked({ campaign: ['may', 'june'] }),
      edges: ['A click without a campaign is of none.'],
    },
    {
      heading: 'bounced',
      purpose: 'Engagement: a message did not arrive.',
      whole: () => mail.bounced({ within: '90 days' }),
      edges: ['Of whatever kind; a schema with soft and hard ones maps the name of the one that is meant.'],
    },
    {
      heading: 'unsubscribed',
      purpose: 'Engagement: left by way of a message.',
      whole: () => mail.unsubscribed(),
      edges: ['Whether they came back is not looked at.'],
    },
    {
      heading: 'ignored',
      purpose: 'Engagement: was sent something, and opened nothing in the same time.',
      whole: () => mail.ignored({ within: '30 days' }),
      edges: ['The campaign of what was opened is not compared with that of what was sent.'],
    },
    {
      heading: 'opened the last',
      purpose: 'Engagement: opened the campaign of one of the messages sent to them last.',
      whole: () => mail.openedLast(3),
      edges: ['The last of that person, and not the last of the sender.', 'Opened after it was sent.'],
    },
    {
      heading: 'clicked the last',
      purpose: 'Engagement: clicked in the campaign of one of the messages sent to them last.',
      whole: () => mail.clickedLast(3),
      edges: ['As for what was opened.'],
    },
    {
      heading: 'ignored the last',
      purpose: 'Engagement: was sent so many messages, and opened the campaign of none of the last so many.',
      whole: () => mail.ignoredLast(3),
      edges: ['Who was sent fewer is not in it.', 'A message without a campaign is never opened.'],
    },
    {
      heading: 'opened soon',
      purpose: 'Engagement: opened a message within so long after it was sent.',
      whole: () => mail.openedSoon('1 day'),
      edges: ['The same campaign on both.'],
    },
  ],
}
