import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '.packed')

/** Where the package lies as it will be published, beside the n8n that it is loaded by. */
export const packed = join(folder, 'package')

/** Packs the package of nodes, and unpacks it here. */
export default function setup(): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const source = join(import.meta.dirname, '../../packages/n8n-nodes-segmentry')
  const tarball = join(folder, 'n8n-nodes-segmentry.tgz')
  execFileSync('npx', ['-y', 'pnpm@12', 'pack', '--out', tarball], { cwd: source, stdio: 'pipe' })
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
}
