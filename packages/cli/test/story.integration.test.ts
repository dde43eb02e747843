import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Ended, Folder } from './project.ts'
import { execute } from './shops.ts'

// The whole way of a change, as it is told: a project begun on somebody's own tables, a branch, a plan, a merge, and back.

/** 20 customers; the odd ones have plan 'free', every third lives in California, 6 are tagged, and 12 ordered 5, 15, 25, … days ago. */
const customers = `
create table customers (id text primary key, email text not null, state text not null, plan text not null check (plan in ('free', 'pro')));
create table customer_tags (customer_id text not null references customers, tag text not null, primary key (customer_id, tag));
create table orders (id bigint generated always as identity primary key, customer_id text not null references customers, total numeric(8, 2) not null, ordered_at timestamptz not null);
insert into customers select 'c' || lpad(i::text, 2, '0'), 'c' || i || '@example.com', case when i % 3 = 0 then 'CA' else 'NY' end, case when i % 2 = 0 then 'pro' else 'free' end
  from generate_series(1, 20) as i;
insert into customer_tags select 'c' || lpad(i::text, 2, '0'), 'VIP' from generate_series(1, 6) as i;
insert into orders (customer_id, total, ordered_at) select 'c' || lpad(i::text, 2, '0'), i, now() - (10 * i - 5) * interval '1 day' from generate_series(1, 12) as i;
analyze;`

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await execute(database.url, customers)
}, 60_000)
afterAll(() => database.drop())

/** What is another each time: the clock, and the commits, which hold the files of this day. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-02T03:04:05.678Z')
    .replaceAll(/\b(?:[0-9a-f]{8}|[0-9a-f]{10})\b/g, '<commit>')

const who = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
}

const chapters: readonly (readonly string[])[] = [
  [
    'git init --quiet --initial-branch main',
    'segmentry init',
    'segmentry count',
    "git add --all && git commit --quiet --message 'Segments of our customers'",
    "segmentry apply --yes --reason 'to begin with'",
  ],
  [
    'git switch --quiet --create fewer-vips',
    `sed -i "s/g.tag('VIP')/g.tag('VIP').field('state', 'CA')/; /orderedIn30Days:/ s/30 days/60 days/; s/planPro:/professionals:/" segmentry/segments.ts`,
    'git diff --unified=0 segmentry/segments.ts | grep "^[-+] "',
    "git commit --quiet --all --message 'VIPs are Californians, and an order counts for two months'",
    'segmentry plan',
    "segmentry plan --fail-if 'leaves > 50%' > plan.txt",
    'tail -n 1 plan.txt && rm plan.txt',
  ],
  [
    'git switch --quiet main && git merge --quiet --no-edit fewer-vips',
    'segmentry apply',
    "segmentry apply --yes --expects 1 --reason 'fewer VIPs'",
    'segmentry count',
    'segmentry history',
  ],
  [
    "segmentry rollback 1 --reason 'the VIPs complained'",
    'segmentry plan --base applied | sed -n 1,8p',
    'git revert --no-edit HEAD > revert.txt && rm revert.txt',
    'segmentry plan --base applied',
    'segmentry history --limit 1',
  ],
]

test('from a database to segments in git, a change of them, and back', async () => {
  using folder = new Folder()
  const variables = { DATABASE_URL: database.url, ...who }
  const told: string[] = []
  const outputs = new Map<string, Ended>()
  for (const lines of chapters) {
    for (const line of lines) {
      const ended = await folder.shell(line, variables)
      outputs.set(line, ended)
      const ending = ended.code === 0 ? '' : `=> ${ended.code}\n`
      told.push(`$ ${line}\n${steady(ended.stdout)}${steady(ended.stderr)}${ending}`)
    }
    told.push('\n')
  }
  await expect(told.join('')).toMatchFileSnapshot('texts/story.txt')

  // By hand: of the six who are tagged, c03 and c06 live in California; c01 to c03 ordered within 30 days, c01 to c06 within 60.
  const plan = outputs.get('segmentry plan')!
  const rows = plan.stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
  const numbersOf = (segment: string) => rows.find(([first]) => first === segment)
  expect(plan.code).toBe(0)
  expect(numbersOf('taggedVip')).toEqual(['taggedVip', 'narrowed', '6', '2', '0', '4', '2'])
  expect(numbersOf('orderedIn30Days')).toEqual(['orderedIn30Days', 'widened', '3', '6', '3', '0', '3'])
  expect(numbersOf('planPro → professionals')).toEqual([
    'planPro → professionals',
    'renamed',
    '10',
    '10',
    '0',
    '0',
    '10',
  ])
  expect(outputs.get("segmentry plan --fail-if 'leaves > 50%' > plan.txt")!.code).toBe(1)
}, 300_000)
