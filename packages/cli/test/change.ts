import { execFileSync } from 'node:child_process'
import { defineSchema, text } from '@segmentry/core'
import { openStore } from '@segmentry/postgres'
import { Folder } from './project.ts'

// A repository with a change of segments on a branch, and people whom it moves.

/** The clock of the people. */
export const now = '2026-11-24T00:00:00Z'

/** Stores the people. */
export async function fillChanged(url: string): Promise<void> {
  const schema = defineSchema({
    fields: { state: text(), email: text().sensitive() },
    tags: ['VIP'],
    events: { opened: { campaign: text() } },
  })
  const store = await openStore(schema, { connectionString: url })
  // 12 people: the first 6 are tagged, every third lives in California; each opened something 10 days earlier than the one before.
  const people = Array.from({ length: 12 }, (_, i) => ({
    id: `p${String(i + 1).padStart(2, '0')}`,
    fields: { state: i % 3 === 0 ? 'CA' : 'NY', email: `p${i + 1}@example.com` },
  }))
  await store.ingest({
    people,
    tags: people.slice(0, 6).map(({ id }) => ({ person: id, add: ['VIP'] })),
    events: people.map(({ id }, i) => ({
      person: id,
      id: `e-${id}`,
      name: 'opened',
      at: new Date(Date.parse(now) - (i + 1) * 10 * 86_400_000 + 3_600_000).toISOString(),
      properties: {},
    })),
  })
  await store.close()
}

/** The segments before the change. */
export const segmentsFile = `
import { defineSchema, defineSegments, segmentry, text, type SchemaOf } from '@segmentry/core'

export const schema = defineSchema({
  fields: { state: text(), email: text().sensitive() },
  tags: ['VIP'],
  events: { opened: { campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const vip = segment().group((g) => g.tag('VIP'))
const engaged = segment().group((g) => g.event('opened', (e) => e.within('30 days')))

export const segments = defineSegments({
  vip,
  engaged,
  best: segment().group((g) => g.in(vip).in(engaged)),
  californians: segment().group((g) => g.field('state', 'CA')),
})
`
/** The configuration, on both sides. */
export const configFile = `
import { defineConfig, env } from 'segmentry'
import { schema, segments } from './segments.ts'

export default defineConfig({
  schema,
  segments,
  layout: 'segmentry',
  database: env('DATABASE_URL'),
  splits: {
    welcome: { branches: [{ key: 'call', when: 'best' }, { key: 'mail', when: 'engaged' }], otherwise: 'wait' },
  },
  flows: { thanks: { on: 'entered', segment: 'engaged' } },
})
`

/** A repository in which three segments were changed on a branch, and main has gone on. */
export function repository(): { folder: Folder; git: (...args: readonly string[]) => string } {
  const folder = new Folder({ 'segmentry.config.ts': configFile, 'segments.ts': segmentsFile })
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: folder.path,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_AUTHOR_NAME: 'Ann',
        GIT_AUTHOR_EMAIL: 'ann@example.com',
        GIT_AUTHOR_DATE: now,
        GIT_COMMITTER_NAME: 'Ann',
        GIT_COMMITTER_EMAIL: 'ann@example.com',
        GIT_COMMITTER_DATE: now,
      },
    })
  git('init', '--quiet', '--initial-branch', 'main')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Segments')
  git('switch', '--quiet', '--create', 'change')
  folder.write(
    'segments.ts',
    segmentsFile
      .replace("g.tag('VIP'))", "g.field('state', 'CA').tag('VIP'))")
      .replace('30 days', '60 days')
      .replace('californians:', 'west:'),
  )
  git('commit', '--quiet', '--all', '--message', 'Fewer who are important, more who are engaged')
  return { folder, git }
}
