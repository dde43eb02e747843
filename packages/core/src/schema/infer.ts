import type { Fields } from './field.ts'
import type { OpenTags, Schema, SchemaInput } from './schema.ts'

/** The fields by name, objects flattened with dots, each with what it may be tested against. */
type Inputs<F extends Fields> = { readonly [K in Names<F>]: FieldAt<F, K>['~input'] }

/** The same of an event's properties, which may be missing whatever is declared: events outlive their declaration. */
export type Properties<F extends Fields> = { readonly [K in Names<F>]: FieldAt<F, K>['~optional'] }

type Names<F extends Fields> =
  | (keyof F & string)
  | {
      [K in keyof F & string]: F[K] extends { readonly parts: infer P extends Fields }
        ? `${K}.${Names<P>}`
        : never
    }[keyof F & string]

type FieldAt<F extends Fields, K extends string> = K extends keyof F
  ? F[K]
  : K extends `${infer Head}.${infer Rest}`
    ? F[Head] extends { readonly parts: infer P extends Fields }
      ? FieldAt<P, Rest>
      : never
    : never

/** The properties that can be summed: integers and decimals. */
type Sums<F extends Fields> = {
  readonly [K in keyof F & string as [F[K]['~sum']] extends [never] ? never : K]: F[K]['~sum']
}

/** The properties that have a least and a greatest value. */
type Ordered<F extends Fields> = {
  readonly [K in keyof F & string as [F[K]['~order']] extends [never] ? never : K]: F[K]['~order']
}

/** The same of people's fields, the parts of objects included. */
type OrderedFields<F extends Fields> = {
  readonly [K in Names<F> as [FieldAt<F, K>['~order']] extends [never] ? never : K]: FieldAt<F, K>['~order']
}

type TagOf<T> = T extends readonly (infer Name extends string)[]
  ? Name
  : T extends OpenTags<infer Name>
    ? Name | (string & {})
    : never

/** An event's properties as the builder sees them. */
export interface EventShape {
  readonly properties: object
  readonly sums: object
  readonly ordered: object
}

/** An account's own fields as the builder sees them. */
export interface AccountShape {
  readonly fields: object
}

/** What several events have in common: the properties that all of them declare with one type. */
export interface SharedShape<E extends EventShape> {
  readonly properties: Shared<E['properties']>
  readonly sums: Shared<E['sums']>
  readonly ordered: Shared<E['ordered']>
}

// `Extract`, as a mapped type over `keyof` would be one for each member of the union.
type Shared<T> = {
  readonly [K in Extract<keyof T, string> as IsOne<InputOf<T, K>> extends true ? K : never]: T[K]
}
type InputOf<T, K extends string> = T extends { readonly [P in K]: infer Input } ? [Input] : never
type IsOne<One, All = One> = One extends unknown ? ([All] extends [One] ? true : false) : never

/** A schema as the builder sees it: flat maps from a name to what may be said of it. */
export interface Shape {
  readonly fields: object
  /** The fields that people can be ranked by. */
  readonly ordered: object
  readonly tag: string
  readonly events: { readonly [name: string]: EventShape }
  readonly accounts: { readonly [name: string]: AccountShape }
}

type Declared<S> = S extends Schema<infer D> ? D : never

/**
 * The type-level form of a schema, flattened once.
 *
 * Name it with an interface, so that emitted types stay small and errors short:
 * `export interface Crm extends SchemaOf<typeof schema> {}`.
 */
export interface SchemaOf<S extends Schema> extends ShapeOf<Declared<S>> {}

interface ShapeOf<D extends SchemaInput> {
  readonly fields: Inputs<D['fields']>
  readonly ordered: OrderedFields<D['fields']>
  readonly tag: TagOf<D['tags']>
  readonly events: {
    readonly [E in keyof D['events'] & string]: D['events'][E] extends infer P extends Fields
      ? { readonly properties: Properties<P>; readonly sums: Sums<P>; readonly ordered: Ordered<P> }
      : never
  }
  readonly accounts: {
    readonly [A in keyof D['accounts'] & string]: D['accounts'][A] extends infer F extends Fields
      ? { readonly fields: Inputs<F> }
      : never
  }
}
