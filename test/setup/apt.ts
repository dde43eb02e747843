import { spawnSync } from 'node:child_process'

/** Installs a package of Debian, where that can be done; whoever asks for it looks whether it is there afterwards. */
export function installPackage(name: string): void {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  for (const command of ['update', `install -y --no-install-recommends ${name}`]) {
    const [first = '', ...more] = [...sudo, 'apt-get', '-q', ...command.split(' ')]
    spawnSync(first, more, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  }
}
