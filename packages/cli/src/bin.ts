#!/usr/bin/env node
// An older Node has to be able to read this file, to be told that it is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`segmentry: needs Node 22.12 or later, found ${process.versions.node}\n`)
  process.exitCode = 2
} else {
  const { enableCompileCache } = await import('node:module')
  // Halves the time that the libraries take to load from the second call on.
  enableCompileCache()
  const { runProcess } = await import('./process.ts')
  await runProcess()
}
