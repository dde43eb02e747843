import { usage } from '../failure.ts'
import type { Secret } from './config.ts'

/** The text of a value, from the environment where it is to come from there; throws a failure that never shows it. */
export function reveal(value: string | Secret, place: string): string {
  if (typeof value === 'string') return value
  const found = process.env[value.env]
  if (found !== undefined && found !== '') return found
  const state = found === undefined ? 'not set' : 'empty'
  throw usage(
    `the variable ${value.env} is ${state}`,
    `It is asked for by '${place}' of the configuration: set it, or write ${value.env}=… into .env beside that.`,
  )
}
