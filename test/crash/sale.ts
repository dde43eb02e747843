import {
  type AnySegment,
  calendar,
  date,
  defineSchema,
  during,
  integer,
  type SchemaOf,
  segmentry,
} from '@segmentry/core'
import { column, defineSource } from '@segmentry/postgres'

export const saleSchema = defineSchema({ fields: { visits: integer(), joined: date() }, zone: 'UTC' })
const { segment } = segmentry<SchemaOf<typeof saleSchema>>(saleSchema)

/** Where people are: the one with an id has visited so often, and joined this year. */
export const saleSource = defineSource(saleSchema, {
  people: { table: 'people', id: 'id' },
  fields: { visits: column(), joined: column() },
})

/** Segments that all name one number, so that a set that was put together of two is seen. Every other set has other keys and windows too. */
export function sale(number: number): Readonly<Record<string, AnySegment>> {
  const base = segment().group((g) => g.field('visits', number))
  const years = calendar('year', 0, number % 2)
  const more = Array.from({ length: 40 }, (_, i) => [
    `s${i}`,
    segment()
      .titled(`${i} of ${number}`)
      .group((g) => g.in(base).field('visits', number)),
  ])
  return {
    base,
    ...(Object.fromEntries(more) as Record<string, AnySegment>),
    [`joined${number % 3}`]: segment().group((g) => g.in(base).field('joined', during(years))),
  }
}
