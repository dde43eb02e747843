import { atLeast, atMost, defineSegments, greaterThan, isPresent, oneOf, segmentry } from '@segmentry/core'
import { schema, type Store } from './schema.ts'

const { segment } = segmentry<Store>(schema)

/** The segments of the store, reviewed and versioned like the rest of its code. */
export const segments = defineSegments({
  regulars: segment()
    .titled('Regulars')
    .described('Bought at least four times in the last 30 days.')
    .group((g) => g.event('purchase', (e) => e.within('30 days').count(atLeast(4)))),

  bigSpenders: segment()
    .titled('Big spenders')
    .described('Spent more than 40 dollars in the last 90 days, as far as the sample shows.')
    .group((g) => g.event('purchase', (e) => e.within('90 days').sum('amount', greaterThan(40)))),

  lapsed: segment()
    .titled('Lapsed')
    .described('Were customers, and nothing has been heard of them in 90 days.')
    .group((g) =>
      g
        .event('purchase')
        .none((g) =>
          g
            .event('purchase', (e) => e.within('90 days'))
            .event('coupon_redeemed', (e) => e.within('90 days')),
        ),
    ),

  couponLovers: segment()
    .titled('Coupon lovers')
    .described('Redeemed three coupons or more in half a year.')
    .group((g) => g.event('coupon_redeemed', (e) => e.within('180 days').count(atLeast(3)))),

  coldToCampaigns: segment()
    .titled('Cold to campaigns')
    .described('Received at least five campaigns and never redeemed a coupon.')
    .group((g) =>
      g.event('campaign_received', (e) => e.count(atLeast(5))).event('coupon_redeemed', (e) => e.never()),
    ),

  families: segment()
    .titled('Families')
    .described('Have children at home, or a household of four or more.')
    .group((g) => g.field('kids', oneOf('1', '2', '3+')))
    .group((g) => g.field('size', oneOf('4', '5+'))),

  seniorsAtHome: segment()
    .titled('Seniors with a home')
    .described('Are 65 or older and own the home they live in, as far as they told.')
    .group((g) =>
      g.tag('demographics-known').field('age', '65+').field('home', oneOf('Homeowner', 'Probable Homeowner')),
    ),

  butcher: segment()
    .titled("The butcher's customers")
    .described('Bought fresh meat for more than 25 dollars in half a year, coupons aside.')
    .group((g) =>
      g.event('purchase', (e) =>
        e.within('180 days').where('department', 'MEAT').sum('amount', greaterThan(25)),
      ),
    )
    .exclude((g) => g.event('coupon_redeemed', (e) => e.within('90 days'))),

  occasional: segment()
    .titled('Occasional')
    .described(
      'Bought once or twice in the last 90 days, or not at all; people without purchases count as none.',
    )
    .group((g) => g.event('purchase', (e) => e.within('90 days').count(atMost(2)))),

  affluent: segment()
    .titled('Affluent, and known')
    .described('Earn 100 thousand or more, and told their age.')
    .group((g) =>
      g
        .field('income', oneOf('100-124K', '125-149K', '150-174K', '175-199K', '200-249K', '250K+'))
        .field('age', isPresent()),
    ),
})
