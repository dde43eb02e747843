import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs'
import setup, { packed } from './pack.ts'

// What n8n asks of a package: its linter over the sources, and its scanner over the sources and over what is published.

const package_ = join(import.meta.dirname, '../../packages/n8n-nodes-segmentry')
const sources = join(import.meta.dirname, '.packed/sources')

setup()
// Beside n8n's tools, because the configuration that n8n insists on imports them by name.
rmSync(sources, { recursive: true, force: true })
mkdirSync(sources)
for (const part of ['package.json', 'eslint.config.mjs', 'nodes', 'credentials', 'icons']) {
  cpSync(join(package_, part), join(sources, part), { recursive: true })
}
symlinkSync(join(import.meta.dirname, 'node_modules'), join(sources, 'node_modules'))
writeFileSync(join(sources, 'tsconfig.json'), '{ "compilerOptions": { "moduleResolution": "node" } }')

const failures: string[] = []

const lint = spawnSync(join(import.meta.dirname, 'node_modules/.bin/n8n-node'), ['lint'], {
  cwd: sources,
  stdio: 'inherit',
  // It finds the linter as the package manager that it was started by would.
  env: { ...process.env, npm_config_user_agent: 'npm' },
})
if (lint.status !== 0) failures.push('n8n-node lint')

for (const [what, folder, patterns] of [
  ['the sources', sources, SOURCE_FILE_PATTERNS],
  ['what is published', packed, undefined],
] as const) {
  const { passed, message, details } = await analyzePackage(folder, patterns)
  process.stdout.write(`scanner: ${what} ${passed ? 'passed' : `failed: ${message}\n${details ?? ''}`}\n`)
  if (!passed) failures.push(`scanner of ${what}`)
}

if (failures.length > 0) {
  process.stderr.write(`Failed: ${failures.join(', ')}\n`)
  process.exitCode = 1
}
