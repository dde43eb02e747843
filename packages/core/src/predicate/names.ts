// Evaluated only when a name is wrong: the same sentence as at run time. Edit distance is beyond types, so
// near are the names that share the longest beginning, of at least two letters.
type Near<K extends string, All> = K extends `${infer A}${infer B}${infer Rest}`
  ? Nearer<`${A}${B}`, Rest, Extract<All, `${A}${B}${string}`>>
  : never
type Nearer<Start extends string, Rest extends string, Found> = Rest extends `${infer Next}${infer More}`
  ? [Extract<Found, `${Start}${Next}${string}`>] extends [never]
    ? Found
    : Nearer<`${Start}${Next}`, More, Extract<Found, `${Start}${Next}${string}`>>
  : Found
/** The sentence for a name that is not known. */
export type Unknown<What extends string, K extends string, All> = K extends ''
  ? All
  : [Near<K, All>] extends [never]
    ? `unknown ${What} '${K}'`
    : `unknown ${What} '${K}' - did you mean '${Near<K, All> & string}'?`
/** A name that is known, or the sentence that says it is not. */
export type Key<K, Known, What extends string> = K extends keyof Known
  ? K
  : Unknown<What, K & string, keyof Known>
// Spelled out where it is used most: each alias between a call and its answer is instantiated for every call.
/** Any name, while the known ones are offered. */
export type Loose<Known> = (keyof Known & string) | (string & {})
