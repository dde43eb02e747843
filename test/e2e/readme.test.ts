import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createDatabase } from '@segmentry/testing'
import pg from 'pg'
import { expect, inject, test } from 'vitest'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname

/** The TypeScript of the README, as one program. */
async function program(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!)
  expect(blocks.length).toBeGreaterThanOrEqual(4)
  // The first is the card's line, alone; it stands in the second too.
  const [line, ...rest] = blocks
  expect(rest[0]!.replaceAll(/[()\s]/g, '')).toContain(line!.replaceAll(/[()\s]/g, ''))
  return rest.join('\n')
}

const tables = `
  create schema crm;
  create table crm.customers (id bigint primary key, state text, attributes jsonb, labels text[], deleted_at timestamptz);
  create table crm.events (id bigint generated always as identity, customer_id bigint, type text, at timestamptz, data jsonb);
  insert into crm.customers values
    (42, 'CA', '{"plan":"pro"}', '{VIP}', null), (43, 'NY', '{"email":"bob@example.com"}', '{}', null), (44, 'CA', '{}', '{VIP}', now());
  insert into crm.events (customer_id, type, at, data) values
    (42, 'purchase', now() - interval '1 year', '{"amount":500.01}'),
    (43, 'opened', now() - interval '2 days', '{"campaign":"spring"}'), (44, 'opened', now(), '{}');`

const report = `
const shown = {
  vip: await evaluator.count(segments.vipCalifornia),
  engaged: await evaluator.count(segments.engaged),
  big: await Array.fromAsync(evaluator.members(segments.bigSpenders)),
  lapsed: await Array.fromAsync(evaluator.members(segments.lapsed)),
  has: await evaluator.has(segments.vipCalifornia, '42'),
  branch,
  toSend: plan.toSend,
  excluded: plan.excluded,
  sent: (await broadcasts.progress('may-news')).sent,
  ann: evaluate(vip, ann, { schema, now: new Date() }),
  words: describe(vip, schema),
}
process.stdout.write(JSON.stringify(shown))
`

test('the code of the README type-checks, runs, and does what it says', async () => {
  await using database = await createDatabase(inject('postgresUrl'))
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(tables)
  await client.end()

  // Beside this file, so that the workspace's packages are found.
  const folder = await mkdtemp(join(root, 'test/e2e/.readme-'))
  try {
    // The README closes what it opened; what is reported is asked before that.
    const code = (await program()).replace(/^await evaluator\.close\(\)$/m, '')
    const end = code.lastIndexOf('await broadcasts.close()')
    expect(end).toBeGreaterThan(code.indexOf('broadcasts.send('))
    await writeFile(
      join(folder, 'readme.ts'),
      `${code.slice(0, end)}${report}${code.slice(end)}\nawait evaluator.close()\n`,
    )
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../../..' },
      include: ['readme.ts'],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout)
      },
    )
    const { stdout } = await run(process.execPath, [join(folder, 'readme.ts')], {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: database.url },
    })
    expect(JSON.parse(stdout)).toEqual({
      vip: 1,
      engaged: 1,
      big: ['42'],
      lapsed: ['42'],
      has: true,
      branch: 'vip',
      toSend: 1,
      excluded: { vip: 0 },
      sent: 1,
      ann: true,
      words: "tagged VIP, and state is 'CA'",
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the README names its commands and every package', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  for (const words of [
    'npx -y pnpm@12 demo',
    'npx -y pnpm@12 test',
    '@segmentry/core',
    '@segmentry/testing',
  ]) {
    expect(readme).toContain(words)
  }
})
