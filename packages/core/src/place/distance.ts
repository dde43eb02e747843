// Distance by the haversine formula, made of the four operations alone, so that Postgres and JavaScript, which both
// compute in doubles, agree to the bit (semantics 26): sines are polynomials, and what needs one once is a constant.

/** The mean radius of the earth in meters; a sphere of it is off by at most 0.56 % from the ellipsoid. */
export const earthRadius = 6_371_008.8

/** Half way round the earth. */
export const mostMeters = 20_015_115

/** The degrees that a latitude and a longitude have at most. */
export const mostDegrees = { latitude: 90, longitude: 180 } as const

/** Half a degree in radians, of which the haversine takes the sine. */
export const halfDegree = Math.PI / 360

/** The factors of the sine's series from x¹⁷ to x; within ±π/2 it is off by less than 1e-13. */
export const sineFactors: readonly number[] = [
  1 / 355_687_428_096_000,
  -1 / 1_307_674_368_000,
  1 / 6_227_020_800,
  -1 / 39_916_800,
  1 / 362_880,
  -1 / 5_040,
  1 / 120,
  -1 / 6,
  1,
]

/**
 * Differences of fewer degrees are none: a tenth of a millimeter. Postgres raises an error where a product of doubles
 * would become too small for one.
 */
export const leastDegrees = 1e-9

const settled = (degrees: number): number => (Math.abs(degrees) < leastDegrees ? 0 : degrees)

/** The sine of an angle within ±π/2. */
export function sine(x: number): number {
  const square = x * x
  let sum = 0
  for (const factor of sineFactors) sum = sum * square + factor
  return sum * x
}

/** What is known of a point and a distance before any person is looked at. */
export interface Circle {
  readonly latitude: number
  readonly longitude: number
  /** The cosine of the point's latitude. */
  readonly cosine: number
  /** The haversine of the distance: nearer is what has less. */
  readonly most: number
}

/** The constants of a circle around a point. */
export function circleOf(
  point: { readonly latitude: number; readonly longitude: number },
  meters: number,
): Circle {
  const angle = meters / (2 * earthRadius)
  const half = sine(Math.min(angle, Math.PI / 2))
  return {
    latitude: point.latitude,
    longitude: point.longitude,
    cosine: sine(settled(90 - Math.abs(point.latitude)) * 2 * halfDegree),
    // Half way round is everywhere, whatever the last digit of the sine says.
    most: angle >= Math.PI / 2 ? 2 : half * half,
  }
}

/** Whether a place in degrees lies in a circle, its edge included; both have to be degrees that there are. */
export function isInCircle({ latitude, longitude, cosine, most }: Circle, lat: number, lon: number): boolean {
  const north = sine(settled(lat - latitude) * halfDegree)
  const apart = Math.abs(lon - longitude)
  const east = sine(settled(apart > 180 ? 360 - apart : apart) * halfDegree)
  const here = sine(settled(90 - Math.abs(lat)) * 2 * halfDegree)
  return north * north + cosine * here * (east * east) <= most
}
