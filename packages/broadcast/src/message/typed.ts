import type { Key, Schema, SchemaOf } from '@segmentry/core'
import type { MessageTemplate } from './template.ts'

// Field names inside literal templates, found by the type checker: `person.stat` in an output or a tag does not compile. Only the part
// before the first dot is looked at here; the rest, and text that is no literal, is for `compileMessage`.

type FieldsOf<S extends Schema> = SchemaOf<S>['fields']

/** A name up to where it ends. */
type Cut<Text extends string, End extends string> = Text extends `${infer Name}${End}${string}` ? Name : Text
type NameIn<Text extends string> = Cut<
  Cut<Cut<Cut<Cut<Cut<Cut<Cut<Text, ' '>, '.'>, '|'>, ','>, '['>, ')'>, '\n'>,
  '-%'
>

/** The sentence about the first unknown field inside one pair of braces. */
type WrongIn<Inner extends string, Fields> = Inner extends `${string}person.${infer Rest}`
  ? NameIn<Rest> extends keyof Fields | 'id' | ''
    ? WrongIn<Rest, Fields>
    : Key<NameIn<Rest>, Fields, 'field'>
  : never

type WrongOutput<Text extends string, Fields> = Text extends `${string}{{${infer Inner}}}${infer Rest}`
  ? [WrongIn<Inner, Fields>] extends [never]
    ? WrongOutput<Rest, Fields>
    : WrongIn<Inner, Fields>
  : never

type WrongTag<Text extends string, Fields> = Text extends `${string}{%${infer Inner}%}${infer Rest}`
  ? [WrongIn<Inner, Fields>] extends [never]
    ? WrongTag<Rest, Fields>
    : WrongIn<Inner, Fields>
  : never

/** Text whose names are known, or the sentence about one that is not. */
type Said<Text extends string, Fields> = string extends Text
  ? Text
  : [WrongOutput<Text, Fields> | WrongTag<Text, Fields>] extends [never]
    ? Text
    : WrongOutput<Text, Fields> | WrongTag<Text, Fields>

/** A default: the form that its field has in JSON. */
export type DefaultValue = string | number | boolean | readonly (string | number | boolean)[]

/** A template whose literal texts name fields of the schema, and no others. */
export type Checked<
  S extends Schema,
  Subject extends string,
  Html extends string,
  Mjml extends string,
  Text extends string,
  Preheader extends string,
> = Omit<MessageTemplate, 'subject' | 'html' | 'mjml' | 'text' | 'preheader' | 'defaults'> & {
  readonly subject: Said<Subject, FieldsOf<S>>
  readonly html?: Said<Html, FieldsOf<S>>
  readonly mjml?: Said<Mjml, FieldsOf<S>>
  readonly text?: Said<Text, FieldsOf<S>>
  readonly preheader?: Said<Preheader, FieldsOf<S>>
  readonly defaults?: { readonly [F in keyof FieldsOf<S>]?: DefaultValue }
}
