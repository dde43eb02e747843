import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// The broadcast of the example from a terminal, in a folder of its own.

const example = fileURLToPath(new URL('..', import.meta.url))
const bin = join(example, 'node_modules/segmentry/src/bin.ts')

test('people, a plan, and messages in a folder', () => {
  const folder = mkdtempSync(join(example, '.work-'))
  const node = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect([args, status, status === 0 ? '' : stderr]).toEqual([args, 0, ''])
    return stdout
  }
  try {
    for (const part of ['segmentry.config.ts', 'src']) {
      cpSync(join(example, part), join(folder, part), { recursive: true })
    }
    node('src/fill.ts')
    expect(node(bin, 'broadcast', 'spring')).toMatch(/3 of 7 .*segmentry send spring --confirm 3\n$/s)
    expect(node(bin, 'send', 'spring', '--confirm', '3')).toContain('spring is done')
    expect(readdirSync(join(folder, 'sent')).filter((name) => name.endsWith('.html'))).toHaveLength(3)
    expect(node(bin, 'count', 'opened')).toBe('0\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
