import type { ValueType } from '@segmentry/core'
import type { MessageValue } from '../template.ts'

/** What is known of something that a template names. */
export type Shape =
  /** A value of a person, or a part of one. */
  | { readonly kind: 'value'; readonly type: ValueType }
  /** Something that is the same for everybody. */
  | { readonly kind: 'data'; readonly data: MessageValue }
  /** Nothing is known. */
  | { readonly kind: 'any' }

/** Something that a template names: its shape, and whether it is there for everybody. */
export interface Thing {
  readonly shape: Shape
  readonly certain: boolean
}

const value = (type: ValueType): Shape => ({ kind: 'value', type })

export const textShape = value({ kind: 'text' })
export const numberShape = value({ kind: 'number' })
export const textsShape = value({ kind: 'list', of: { kind: 'text' } })
export const anyShape: Shape = { kind: 'any' }
export const valueShape = value

/** What an item of it is, where it is a list. */
export function elementOf(shape: Shape): Shape | undefined {
  if (shape.kind === 'any') return anyShape
  if (shape.kind === 'value') return shape.type.kind === 'list' ? value(shape.type.of) : undefined
  if (!Array.isArray(shape.data)) return undefined
  // Items of one form are known by the first; of others, nothing is.
  const items = shape.data as readonly MessageValue[]
  const keys = (one: MessageValue): string =>
    typeof one === 'object' && !Array.isArray(one) ? Object.keys(one).toSorted().join() : typeof one
  return items.length > 0 && items.every((one) => keys(one) === keys(items[0]!))
    ? { kind: 'data', data: items[0]! }
    : anyShape
}

/** Whether it has a text of its own: objects and lists of them have none. */
export function hasText(shape: Shape): boolean {
  if (shape.kind === 'any') return true
  if (shape.kind === 'value') {
    const { type } = shape
    return type.kind === 'list' ? type.of.kind !== 'object' : type.kind !== 'object'
  }
  const { data } = shape
  return Array.isArray(data) ? data.every((one) => typeof one !== 'object') : typeof data !== 'object'
}
