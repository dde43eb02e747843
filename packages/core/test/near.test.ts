import { expect, test } from 'vitest'
import { defineSchema, evaluate, number, type SchemaOf, segmentry } from '../src/index.ts'

const schema = defineSchema({ fields: { lat: number(), lon: number() } })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const oakland = { latitude: 37.8044, longitude: -122.2712 }
const fields = { latitude: 'lat', longitude: 'lon' } as const
const at = (lat: unknown, lon: unknown) => ({ id: 'ann', fields: { lat, lon } })
const isIn = (kilometers: number, lat: unknown, lon: unknown, point = oakland): boolean =>
  evaluate(
    segment().group((g) => g.near(fields, point, { kilometers })),
    at(lat, lon),
    { schema, now: new Date(0) },
  )

test('known distances on the sphere', () => {
  // San Francisco, Los Angeles, London, by the haversine formula with the sines of the platform.
  const places = [
    [37.7749, -122.4194, 13.4296],
    [34.0522, -118.2437, 552.67],
    [51.5074, -0.1278, 8606.65],
  ] as const
  for (const [lat, lon, km] of places) {
    expect(isIn(km * 1.0001, lat, lon)).toBe(true)
    expect(isIn(km * 0.9999, lat, lon)).toBe(false)
  }
})

test('the point itself, the other side of the date line, the poles, and the antipode', () => {
  expect(isIn(0.001, 37.8044, -122.2712)).toBe(true)
  expect(isIn(30, 0, -179.9, { latitude: 0, longitude: 179.9 })).toBe(true)
  expect(isIn(1, 90, 77, { latitude: 90, longitude: -120 })).toBe(true)
  expect(isIn(20_015, 0, 180, { latitude: 0, longitude: 0 })).toBe(false)
  expect(isIn(20_015.115, 0, 180, { latitude: 0, longitude: 0 })).toBe(true)
})

test('what is missing, or no place on earth, is not near', () => {
  for (const [lat, lon] of [
    [37.8, undefined],
    [null, -122],
    ['37.8', -122],
    [91, 0],
    [0, 181],
  ]) {
    expect(isIn(20_000, lat, lon)).toBe(false)
  }
})

test('a distance and a point that cannot be are refused', () => {
  const near = (latitude: number, meters: number) => () =>
    segment().group((g) => g.near(fields, { latitude, longitude: 0 }, { meters }))
  expect(near(91, 5)).toThrow(/degrees from −90 to 90/)
  expect(near(0, 0)).toThrow(/more than 0/)
  expect(near(0, 3e7)).toThrow(/half way round the earth/)
})

test.each([
  [{ latitude: '5', longitude: 1 }, "found '5', expected degrees from −90 to 90"],
  [{ latitude: 91, longitude: 1 }, 'found 91, expected degrees from −90 to 90'],
  [{ latitude: 1, longitude: NaN }, 'found NaN, expected degrees from −180 to 180'],
])('a point of %j is refused', (point, message) => {
  expect(() => segment().group((g) => g.near(fields, point as typeof oakland, { meters: 1 }))).toThrow(
    message,
  )
})
