/** A file that goes with every message: its content, or where it is read from when the message is compiled. */
export type AttachmentInput =
  | {
      readonly filename: string
      readonly content: Uint8Array
      /** Told by the file's name where that has a usual ending, such as `.pdf`. */
      readonly contentType?: string
      /** A name by which the HTML shows it: `<img src="cid:logo">`. */
      readonly contentId?: string
    }
  | {
      /** The last part of the path unless told. */
      readonly filename?: string
      readonly path: string
      readonly contentType?: string
      readonly contentId?: string
    }

/** What may be given to all messages as `values`: plain data. */
export type MessageValue =
  string | number | boolean | readonly MessageValue[] | { readonly [name: string]: MessageValue }

/**
 * What a broadcast says, as it is written: `subject`, `preheader`, `html`, `mjml` and `text` are Liquid.
 *
 * `defaults` stand in for fields that a person lacks, and `values` are the same for everybody.
 */
export interface MessageTemplate {
  /** Such as `Acme <news@acme.example>`. */
  readonly from: string
  readonly replyTo?: string
  readonly subject: string
  /** What many readers show after the subject, before the message is opened. */
  readonly preheader?: string
  readonly html?: string
  /** MJML in place of `html`; it is compiled once, for which the package `mjml` has to be installed. */
  readonly mjml?: string
  /** The message without markup; made of the HTML unless told. */
  readonly text?: string
  readonly attachments?: readonly AttachmentInput[]
  /** Header lines beside those that follow from the rest. */
  readonly headers?: Readonly<Record<string, string>>
  readonly defaults?: { readonly [field: string]: unknown }
  readonly values?: { readonly [name: string]: MessageValue }
  /** The zone that instants are written in; the schema's, or UTC, unless told. */
  readonly zone?: string
  /** The language of month and weekday names, such as `de-DE`; English unless told. */
  readonly locale?: string
  /** Whether every body has to show `{{ unsubscribe.url }}`, to everybody. It has to, unless this is `'none'`. */
  readonly unsubscribe?: 'link' | 'none'
}
