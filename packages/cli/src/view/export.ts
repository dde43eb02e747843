import { grouped } from './text.ts'

/** How many people have been exported, and how large that is: `12,345 people, 1.2 MB`. */
export const exportedText = (people: number, bytes: number): string =>
  `${grouped(people)} ${people === 1 ? 'person' : 'people'}, ${sizeText(bytes)}`

function sizeText(bytes: number): string {
  const [size, name] = sizes.find(([least]) => bytes >= least) ?? [1, 'bytes']
  const shown = bytes / size
  return `${size === 1 || shown >= 100 ? grouped(Math.round(shown)) : shown.toFixed(1)} ${name}`
}

const sizes = [
  [1_000_000_000, 'GB'],
  [1_000_000, 'MB'],
  [1_000, 'kB'],
] as const
