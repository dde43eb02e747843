import { circleOf, halfDegree, leastDegrees, type NodeOf, sineFactors } from '@segmentry/core'
import { sql } from 'kysely'
import { and, param, type Sql } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'

const double = (value: number): Sql => param(value, 'float8')

/** Core's `isInCircle` in SQL: the same operations on doubles in the same order, so that both agree to the bit. */
export function nearSql(node: NodeOf<'near'>, source: BoundSource): Sql {
  const [lat, lon] = [source.fields.get(node.latitude)!.value, source.fields.get(node.longitude)!.value]
  const { latitude, longitude, cosine, most } = circleOf(node.point, node.meters)
  const half = double(halfDegree)
  const apart = sql`abs(p.lon - ${double(longitude)})`
  const angles = [
    sql`${settled(sql`p.lat - ${double(latitude)}`)} * ${half} as north`,
    sql`${settled(sql`case when ${apart} > 180 then 360 - ${apart} else ${apart} end`)} * ${half} as east`,
    sql`${settled(sql`90 - abs(p.lat)`)} * 2 * ${half} as here`,
  ]
  const [north, east, here] = ['north', 'east', 'here'].map((name) => sine(sql.ref(`a.${name}`))) as [
    Sql,
    Sql,
    Sql,
  ]
  const sines = sql`select ${north} as north, ${east} as east, ${here} as here from (select ${sql.join(angles)} from (select ${lat} as lat, ${lon} as lon) as p where ${and(sql`abs(p.lat) <= 90`, sql`abs(p.lon) <= 180`)}) as a`
  return sql`(select s.north * s.north + ${double(cosine)} * s.here * (s.east * s.east) <= ${double(most)} from (${sines}) as s)`
}

/** Degrees, or 0 where they are next to none. */
const settled = (degrees: Sql): Sql =>
  sql`(case when abs(${degrees}) < ${double(leastDegrees)} then 0 else ${degrees} end)`

/** The sine's series by Horner's rule. */
function sine(x: Sql): Sql {
  const sum = sineFactors.reduce<Sql>(
    (inner, factor) => sql`(${inner} * (${x} * ${x}) + ${double(factor)})`,
    double(0),
  )
  return sql`${sum} * ${x}`
}
