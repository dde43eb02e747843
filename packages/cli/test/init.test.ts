import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SurveyedColumn, SurveyedTable } from '@segmentry/postgres/effect'
import { expect, test } from 'vitest'
import { keysOf } from '../src/init/documents.ts'
import { eventNameOf } from '../src/init/event-names.ts'
import { commentCode, keyCode, textCode } from '../src/init/literal.ts'
import { isPersonal, isSecret, Namer, singular, wordsOf } from '../src/init/names.ts'
import { pickPeople } from '../src/init/people.ts'
import { placeOf } from '../src/init/place.ts'
import { structureOf } from '../src/init/structure.ts'
import { workflow } from '../src/init/ci.ts'
import { writeAll } from '../src/init/write.ts'
import { Folder } from './project.ts'
import { hostileNames } from './shops.ts'

// What `segmentry init` concludes, without a database.

const columnOf = (text: string): SurveyedColumn => {
  const [name = '', kind = 'text', notNull] = text.split(' ')
  return {
    name,
    shown: kind,
    type: { kind: kind as 'text' },
    ...((kind === 'integer' || kind === 'text') && { id: kind }),
    notNull: notNull !== undefined,
    needsZone: false,
    isReadable: true,
  }
}

/** A table: its columns, and the columns that refer to others as `user_id>users`. */
function tableOf(name: string, columns: string, refers = '', keys = 'id'): SurveyedTable {
  return {
    schema: 'public',
    name,
    table: `public.${name}`,
    kind: 'table',
    isReadable: true,
    isNameable: true,
    hasRowSecurity: false,
    columns: columns.split(', ').map(columnOf),
    keys: keys === '' ? [] : keys.split('|').map((key) => key.split('+')),
    refers:
      refers === ''
        ? []
        : refers.split(', ').map((one) => {
            const [own = '', table = ''] = one.split('>')
            return { columns: [own], table: `public.${table}`, to: ['id'], isValid: true }
          }),
  }
}

const pick = (tables: readonly SurveyedTable[], named?: string): string => {
  const picked = pickPeople(tables, named)
  if ('found' in picked) return picked.found.table.name
  return 'tied' in picked ? picked.tied.map(({ table }) => table.name).join('|') : (picked.why ?? 'none')
}

test('the table of people is the one for which clearly more speaks', () => {
  const users = tableOf('users', 'id integer x, email')
  const customers = tableOf('customers', 'id integer x, email')
  const admins = tableOf('admin_users', 'id integer x, email')
  const orders = tableOf(
    'orders',
    'id integer x, customer_id integer x, at timestamp x',
    'customer_id>customers',
  )
  expect(pick([admins, users, orders])).toBe('users')
  expect(pick([users, customers])).toBe('users|customers')
  const more = ['a', 'b', 'c'].map((name) => tableOf(name, 'id integer x, c integer', 'c>customers'))
  expect(pick([users, customers, ...more])).toBe('customers')
  expect(pick([tableOf('products', 'id integer x'), orders])).toBe('none')
  expect(pick([tableOf('things', 'id integer x, contact_email')])).toBe('things')
  expect(pick([tableOf('users', 'tenant integer x, id integer x, email', '', 'tenant+id')])).toBe('none')
  expect(
    pick([tableOf('users', 'tenant integer x, id integer x, email', '', 'tenant+id')], 'users'),
  ).toContain('its key is of several columns (tenant, id)')
  expect(pick([users], 'public.users')).toBe('users')
  expect(pick([users], 'user')).toBe("there is no such table - did you mean 'users'?")
  expect(pick([tableOf('users', 'id timestamp x', '', 'id')], 'users')).toContain('its key id is timestamp')
})

const shapes = (tables: readonly SurveyedTable[]) => {
  const picked = pickPeople(tables, undefined)
  if (!('found' in picked)) throw new Error('no people')
  return structureOf(tables, picked.found)
}

test('what tables are for', () => {
  const users = tableOf('users', 'id integer x, email, manager_id integer', 'manager_id>users')
  const { tags, events, left, notes } = shapes([
    users,
    tableOf(
      'orders',
      'id integer x, user_id integer x, updated_at timestamp x, created_at timestamp x',
      'user_id>users',
    ),
    tableOf(
      'calls',
      'id integer x, caller_id integer x, user_id integer x, called_at timestamp, created_at timestamp x',
      'caller_id>users, user_id>users',
    ),
    tableOf('visits', 'id integer x, user_id integer, at timestamp', ''),
    tableOf('user_tags', 'user_id integer x, tag text x', 'user_id>users', 'user_id+tag'),
    tableOf('audit_log', 'id integer x, user_id integer x, action text x, at timestamp x', 'user_id>users'),
    tableOf('profiles', 'user_id integer x, created_at timestamp x', 'user_id>users', 'user_id'),
    tableOf(
      'memberships',
      'id integer x, user_id integer x, team_id integer x',
      'user_id>users, team_id>teams',
    ),
    tableOf('addresses', 'id integer x, user_id integer x, street', 'user_id>users'),
    tableOf('teams', 'id integer x'),
    tableOf('pings', 'user_id integer x, at timestamp x', 'user_id>users', ''),
    tableOf('logins', 'user_id integer x, at timestamp x', 'user_id>users', 'user_id+at'),
  ])
  expect(tags).toMatchObject({ column: 'tag', person: 'user_id', isBound: true })
  expect(
    events.map((one) => [one.table.name, one.person, one.at.name, one.id, one.name, one.isBound]),
  ).toEqual([
    ['orders', 'user_id', 'created_at', 'id', undefined, true],
    ['calls', 'user_id', 'created_at', 'id', undefined, true],
    ['visits', 'user_id', 'at', 'id', undefined, false],
    ['audit_log', 'user_id', 'at', 'id', 'action', true],
    ['logins', 'user_id', 'at', 'at', undefined, true],
  ])
  expect(left.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    'public.profiles: it has one row a person: a view that joins it to people makes fields of its columns',
    'public.memberships: it joins people to public.teams, and has no time: a view that has the names of both can be mapped',
    'public.addresses: it has no column with a time, so it is no event',
    'public.teams: it does not refer to people',
    'public.pings: nothing tells its rows of one instant apart: it has no key',
  ])
  expect(notes).toEqual([
    "public.calls refers to people by 'user_id', which is taken, and by 'caller_id'",
    'public.visits.user_id has no foreign key to public.users, and was taken for one by its name',
  ])
})

test('names', () => {
  expect(wordsOf('createdAt_inUTC')).toEqual(['created', 'at', 'in', 'utc'])
  expect(
    ['orders', 'people', 'companies', 'addresses', 'statuses', 'boxes', 'status', 'news', 'purchases'].map(
      singular,
    ),
  ).toEqual(['order', 'person', 'company', 'address', 'status', 'box', 'status', 'news', 'purchase'])
  expect(
    ['orders', 'Order', 'user_logins', 'page_views', 'users_invoices', 'shipments'].map((one) =>
      eventNameOf(one, 'users'),
    ),
  ).toEqual(['ordered', 'ordered', 'logged_in', 'viewed_page', 'invoiced', 'shipment'])
  expect(
    ['passwordHash', 'password', 'api_key', 'reset_token', 'otp_secret'].filter((one) => !isSecret(one)),
  ).toEqual([])
  expect(['email', 'plan', 'monkey', 'digest', 'key_account', 'tokenized'].filter(isSecret)).toEqual([])
  expect(
    ['email', 'emailAddress', 'phone', 'first_name', 'birth_date', 'name'].filter(
      (one) => !isPersonal(one, true),
    ),
  ).toEqual([])
  expect(['campaign_name', 'plan', 'shipping'].filter((one) => isPersonal(one, true))).toEqual([])
  expect(isPersonal('name', false)).toBe(false)
  const namer = new Namer()
  expect(['a.b', 'a_b', '1st', '__proto__', '', 'ok'].map((one) => namer.name(one))).toEqual([
    'a_b',
    'a_b_2',
    '_1st',
    '__proto___',
    '_',
    'ok',
  ])
})

test('documents', () => {
  const { fields, odd } = keysOf(
    [
      {
        n: 1,
        d: 1.5,
        amount: 3,
        b: true,
        s: 'x',
        day: '2026-01-01',
        at: '2026-01-01T00:00:00Z',
        l: ['a'],
        o: { k: 1 },
        mixed: 1,
        nil: null,
        empty: [],
      },
      {
        n: 2,
        d: 1e-7,
        amount: 4,
        b: false,
        s: '2026-01-01',
        day: '2026-01-02',
        at: '2026-01-01T00:00:00.5+02:00',
        l: [],
        o: {},
        mixed: 'x',
        token: 'x',
        email: 'a@b',
      },
      'no object',
    ],
    true,
  )
  expect(Object.fromEntries(fields.map(({ name, type }) => [name, type.kind]))).toEqual({
    n: 'integer',
    d: 'number',
    amount: 'decimal',
    b: 'boolean',
    s: 'text',
    day: 'date',
    at: 'timestamp',
    l: 'list',
    o: 'object',
    email: 'text',
  })
  expect(fields.filter(({ isSensitive }) => isSensitive).map(({ name }) => name)).toEqual(['email'])
  expect(odd.map(({ key, why }) => `${key}: ${why}`)).toEqual([
    'mixed: it holds numbers and strings',
    'empty: its lists are empty',
    'token: its name says that it is a secret',
  ])
  const map = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`k${i}`, i]))
  expect(keysOf([map], true)).toMatchObject({
    fields: [],
    odd: [{ why: expect.stringContaining('80 different keys') }],
  })
  const proto = JSON.parse('{"__proto__": 1, "constructor": 2}') as object
  expect(
    keysOf([proto], true)
      .odd.map(({ key }) => key)
      .toSorted(),
  ).toEqual(['__proto__', 'constructor'])
})

test('text is TypeScript whatever it is', async () => {
  using folder = new Folder()
  const entries = hostileNames.map((name) => `  ${commentCode(name)}\n  ${keyCode(name)}: ${textCode(name)},`)
  folder.write('names.ts', `export const names = {\n${entries.join('\n')}\n}\n`)
  const { names } = (await import(join(folder.path, 'names.ts'))) as { readonly names: object }
  expect(Object.entries(names)).toEqual(hostileNames.map((name) => [name, name]))
  expect(Object.getPrototypeOf(names)).toBe(Object.prototype)
})

test('either all files are written, or none', () => {
  using folder = new Folder({ 'list.txt': 'a\n', 'b/taken/x.txt': '' })
  const at = (name: string): string => join(folder.path, name)
  const before = readdirSync(folder.path, { recursive: true })
  const files = [
    { path: at('new/deep/one.ts'), text: '1' },
    { path: at('list.txt'), lines: [{ line: 'b', like: /^b$/ }] },
    // A folder stands there.
    { path: at('b/taken'), text: '2' },
  ]
  expect(() => writeAll(files, folder.path)).toThrow('b/taken')
  expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
  expect(readFileSync(at('list.txt'), 'utf8')).toBe('a\n')
  // A list that cannot be replaced is found when others are in their places.
  const late = [...files.slice(0, 2), { path: at('b/taken'), lines: [{ line: 'c', like: /^c$/ }] }]
  expect(() => writeAll(late, folder.path)).toThrow('EISDIR')
  expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
  expect(writeAll(files.slice(0, 2), folder.path)).toEqual(['new/deep/one.ts', 'list.txt'])
  expect(readFileSync(at('list.txt'), 'utf8')).toBe('a\nb\n')
  expect(existsSync(at('new/deep/one.ts'))).toBe(true)
})

test('a project further down in a repository', () => {
  using folder = new Folder({ 'apps/my crm/package.json': '{}', 'pnpm-lock.yaml': '' })
  mkdirSync(join(folder.path, '.git'))
  const place = placeOf(join(folder.path, 'apps/my crm'))
  expect(place).toMatchObject({ root: folder.path, inside: 'apps/my crm', installIn: '.', ending: '.ts' })
  const text = workflow(place, 'trunk')
  expect(text).toContain("uses: './apps/my crm/node_modules/segmentry/action'")
  expect(text).toContain("working-directory: 'apps/my crm' }")
  expect(text).toContain('branches: [trunk]')
  expect(text).toContain('pnpm install --frozen-lockfile\n')
})
