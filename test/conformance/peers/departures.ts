import type { IssueCode } from '@segmentry/core'

/** What Segmentry does where a peer does something else. */
export type Instead =
  /** Other people are members. */
  | { readonly members: readonly string[] }
  /** The definition is refused when it is read. */
  | { readonly refused: IssueCode }
  /** There is nothing that says it, and there is not meant to be. */
  | { readonly unsaid: string }

/** Cases that differ for one reason, which is a rule of the contract. */
export interface Departure {
  /** The rule of semantics, or the section of `docs/semantics.md`, and what it says. */
  readonly rule: string
  readonly says: string
  /** How the peers differ from it. */
  readonly peers: string
  readonly cases: Readonly<Record<string, Instead>>
}

const members = (...ids: readonly string[]): Instead => ({ members: ids })
const refused = (code: IssueCode): Instead => ({ refused: code })

/** Cases in which Segmentry answers otherwise on purpose. */
export const departures: readonly Departure[] = [
  {
    rule: '4, Structure',
    says: 'An empty definition is a decode error. Everyone is written out.',
    peers: 'A segment without filters has nobody for Mautic and everyone for Formbricks and GrowthBook.',
    cases: {
      'ma-include-empty-seg': refused('empty'),
      'ma-no-filters': refused('empty'),
      'ma-exclude-empty-seg': refused('empty'),
      'ma-or-empty-seg': refused('empty'),
      'ma-include-mixed': refused('empty'),
      'ma-exclude-mixed': refused('empty'),
      'fb-seg-empty': refused('empty'),
      'gb-20': refused('empty'),
      'gb-21': refused('empty'),
      'gb-22': refused('empty'),
    },
  },
  {
    rule: '8, Missing values',
    says: 'A stored value that is not of the declared type is missing. Nothing is coerced.',
    peers: 'Text that looks like a number equals it, and a field has values of several types.',
    cases: {
      'df-37-1': members(),
      'gb-18': members(),
      // The field is text, as its first value is: the 0 beside it is missing.
      'fb-cmp-set': members('str'),
      'fb-cmp-notset': members('blank', 'null', 'undef', 'zero'),
    },
  },
  {
    rule: '7, Fields',
    says: 'A field has a declared type, and the type decides: a value of another type is refused as data.',
    peers: 'A number is compared with text that looks like one, and a list mixes both.',
    cases: {
      'gb-19': refused('wrong-value'),
      'gb-group-1': refused('wrong-value'),
      'gb-group-0': refused('wrong-value'),
    },
  },
  {
    rule: '8, Missing values',
    says: 'A positive test is false for a missing value.',
    peers: 'A missing number compares as if it were 0.',
    cases: { 'gb-17': members() },
  },
  {
    rule: '8, Missing values',
    says: 'Missing is no such key, null, or not of the type. An object has only isPresent and isMissing.',
    peers: 'An object without keys is empty, as a missing one is.',
    cases: { 'ke-dempty-6': members('c2') },
  },
  {
    rule: 'Fields',
    says: "A schema's object is its declared parts: what else is stored beside them is not seen.",
    peers: 'An object equals one that is written out when it has the same keys, and no others.',
    cases: { 'gb-43': { unsaid: 'equality of whole objects' } },
  },
  {
    rule: '10, Text',
    says: 'A pattern is our own small, parsed language; decoding says what is wrong with one.',
    peers:
      "A text that is no regular expression matches nobody, without a word. As a pattern it isn't one either.",
    cases: { 'gb-31': refused('wrong-value') },
  },
  {
    rule: '16, Time',
    says: 'A rolling window is (now − d, now]: an event exactly d ago is outside, so windows tile.',
    peers: 'An event exactly 30 days ago lies in the last 30 days.',
    cases: { 'fb-win-boundary': members() },
  },
  {
    rule: '20, Time',
    says: 'Fields and tags have no history.',
    peers: 'A field is asked for how long it has had its value.',
    cases: Object.fromEntries(
      ['df-16-1', 'df-16-2', 'df-16-3', 'df-16-4'].map((id) => [
        id,
        { unsaid: 'how long a field has had its value' },
      ]),
    ),
  },
  {
    rule: '25',
    says: 'A bucket is drawn from SHA-256 of a visible salt and the id.',
    peers: 'It is drawn from MD5 of the id and the name of the segment.',
    cases: { 'df-bucket': members('user-1') },
  },
]
