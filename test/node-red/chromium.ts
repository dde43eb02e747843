import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installPackage } from '../setup/apt.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Where a Chromium is: what `CHROMIUM` says, or one on the path. */
export function findChromium(): string | undefined {
  const { CHROMIUM: said, PATH: path = '' } = process.env
  if (said) return existsSync(said) ? said : undefined
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file))
}

/** Sees to it that there is a Chromium on this machine, and gives where it is; throws where there is none to be had. */
export function installChromium(): string {
  if (findChromium() === undefined) installPackage('chromium')
  const found = findChromium()
  if (found !== undefined) return found
  throw new Error(
    "Node-RED's editor is opened in Chromium, and there is none: install the package chromium, or say where it is in CHROMIUM",
  )
}
