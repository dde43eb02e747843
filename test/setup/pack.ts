import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** Packs a package of the workspace, and unpacks it in a folder that is made anew: gives its tarball, and where it lies. */
export function pack(name: string, folder: string): { readonly tarball: string; readonly packed: string } {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const source = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url))
  const tarball = join(folder, `${name}.tgz`)
  execFileSync('npx', ['-y', 'pnpm@12', 'pack', '--out', tarball], { cwd: source, stdio: 'pipe' })
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  return { tarball, packed: join(folder, 'package') }
}
