import { expect, test } from 'vitest'
import { read, readJson } from './files.ts'

test('engines are checked against the Node that scripts run on, so that an older one on the machine prints no warnings', () => {
  const { optionalDependencies } = readJson<{ readonly optionalDependencies: Record<string, string> }>(
    'package.json',
  )
  const [, version] = /^nodeVersion: (.+)$/m.exec(read('pnpm-workspace.yaml')) ?? []
  expect(Object.values(optionalDependencies)).toEqual([version, version])
})
