import { type AnySegment, defineSchema, integer, type SchemaOf, segmentry } from '@segmentry/core'

export const saleSchema = defineSchema({ fields: { visits: integer() } })
const { segment } = segmentry<SchemaOf<typeof saleSchema>>(saleSchema)

/** Segments that all name one number, so that a set that was put together of two is seen. */
export function sale(number: number): Readonly<Record<string, AnySegment>> {
  const base = segment().group((g) => g.field('visits', number))
  const more = Array.from({ length: 40 }, (_, i) => [
    `s${i}`,
    segment()
      .titled(`${i} of ${number}`)
      .group((g) => g.in(base).field('visits', number)),
  ])
  return { base, ...(Object.fromEntries(more) as Record<string, AnySegment>) }
}
