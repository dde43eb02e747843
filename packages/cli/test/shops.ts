import pg from 'pg'

// Databases that nobody mapped, in the styles of different houses.

/** A shop as Prisma makes it: tables in capitals, columns in camel case, enums, settings as JSON. */
export const shop = `
  create type "Plan" as enum ('FREE', 'PRO', 'TEAM');
  create type "OrderStatus" as enum ('PENDING', 'PAID', 'CANCELLED');
  create table "Company" (id serial primary key, name text not null);
  create table "User" (
    id serial primary key,
    email text not null unique,
    "firstName" text,
    "passwordHash" text not null,
    plan "Plan" not null default 'FREE',
    country text,
    "marketingOptIn" boolean not null default false,
    settings jsonb not null default '{}',
    "createdAt" timestamp(3) not null default now(),
    "deletedAt" timestamp(3),
    "companyId" int references "Company"
  );
  create table "Product" (id serial primary key, title text not null, price numeric(10,2) not null);
  create table "Order" (
    id serial primary key,
    "userId" int not null references "User" on delete cascade,
    status "OrderStatus" not null,
    total numeric(10,2) not null,
    currency text not null default 'EUR' check (currency in ('EUR', 'USD')),
    "createdAt" timestamp(3) not null default now()
  );
  create table "OrderItem" (
    id serial primary key,
    "orderId" int not null references "Order",
    "productId" int not null references "Product",
    quantity int not null
  );
  create table "UserTag" ("userId" int not null references "User", tag text not null, primary key ("userId", tag));
  create table "Profile" ("userId" int primary key references "User", bio text, "createdAt" timestamp(3) not null default now());
  create table "_prisma_migrations" (id varchar(36) primary key, started_at timestamptz not null default now());

  insert into "Company" (name) values ('Acme'), ('Initech');
  insert into "User" (email, "firstName", "passwordHash", plan, country, "marketingOptIn", settings, "createdAt", "deletedAt", "companyId")
  select 'u' || i || '@example.com', 'U' || i, 'x', (array['FREE', 'FREE', 'PRO']::"Plan"[])[1 + i % 3], (array['DE', 'FR', 'US'])[1 + i % 3],
    i % 4 = 0, jsonb_build_object('theme', case when i % 2 = 0 then 'dark' else 'light' end, 'beta', i % 5 = 0, 'digest', jsonb_build_object('weekday', i % 7)),
    now() - i * interval '5 days', case when i = 60 then now() end, 1 + i % 2
  from generate_series(1, 60) as i;
  insert into "Product" (title, price) values ('Chair', 99.5), ('Table', 300);
  insert into "Order" ("userId", status, total, "createdAt")
  select 1 + i % 25, (array['PAID', 'PAID', 'PENDING', 'CANCELLED']::"OrderStatus"[])[1 + i % 4], 10 + i, now() - i * interval '2 days'
  from generate_series(1, 100) as i;
  insert into "OrderItem" ("orderId", "productId", quantity) select i, 1 + i % 2, 1 from generate_series(1, 100) as i;
  insert into "UserTag" select i, 'VIP' from generate_series(1, 6) as i union all select i, 'press' from generate_series(5, 9) as i;
`

/** A product that keeps what happens in one table, with documents. */
export const product = `
  create table people (
    id uuid primary key default gen_random_uuid(),
    email text,
    full_name text,
    tags text[] not null default '{}',
    plan varchar(20) not null default 'free' check (plan in ('free', 'pro', 'it''s complicated')),
    attributes jsonb,
    seats smallint,
    score double precision,
    balance numeric,
    birthday date,
    interests text[],
    created_at timestamptz not null default now(),
    location point
  );
  create table events (
    id bigint generated always as identity primary key,
    person_id uuid not null references people,
    name text not null,
    at timestamptz not null,
    properties jsonb not null default '{}',
    revenue numeric(12,2)
  );
  create table feedback (id bigserial primary key, person_id uuid references people, rating int, submitted_at timestamptz not null, note text);
  insert into people (email, full_name, tags, plan, attributes, seats, balance, created_at)
  select 'p' || i || '@example.com', 'P ' || i, case when i % 3 = 0 then array['beta', 'VIP'] when i % 3 = 1 then array['VIP'] else '{}' end,
    (array['free', 'pro'])[1 + i % 2], jsonb_build_object('city', 'C' || i % 4, 'age', 20 + i, 'verified', i % 2 = 0, 'joined', '2026-01-01T00:00:00Z', 'odd', case when i % 2 = 0 then '1'::jsonb else '"x"'::jsonb end),
    i, i + 0.125, now() - i * interval '9 days'
  from generate_series(1, 40) as i;
  insert into events (person_id, name, at, properties, revenue)
  select p.id, n.name, now() - (row_number() over (order by p.seats, n.name)) * interval '7 hours',
    case n.name when 'page viewed' then '{"path": "/", "ms": 12}'::jsonb when 'purchase' then '{"sku": "a", "price": 12.5}'::jsonb else '{"via": ["mail"]}'::jsonb end,
    case n.name when 'purchase' then 12.50 end
  from people p join (values ('page viewed'), ('purchase'), ('$signup'), ('what? "quoted"')) as n(name) on n.name <> 'purchase' or p.seats % 2 = 0;
  insert into feedback (person_id, rating, submitted_at) select id, 1 + seats % 5, now() - interval '3 days' from people where seats < 10;
`

/** What is odd and yet common: two schemas, partitions, views, reserved words, names of other languages, types that cannot be read. */
export const odd = `
  create schema analytics;
  create domain mail as text check (value like '%@%');
  create table "Müşteriler" (
    "müşteri_no" bigint primary key,
    "e-mail" mail,
    "ad" varchar(80),
    "1st order" date,
    "a.b" text,
    "order" int,
    "group" boolean not null default true,
    adresse inet,
    dauer interval,
    doc json,
    "constructor" text,
    bits bit(3)
  );
  create table "select" (
    "table" uuid primary key,
    "müşteri_no" bigint not null references "Müşteriler",
    "from" timestamptz not null,
    "where" text,
    "limit" numeric(5,0)
  );
  create table analytics.events (
    id bigint generated always as identity,
    "müşteri_no" bigint not null references "Müşteriler",
    event text not null,
    occurred_at timestamptz not null,
    payload json,
    context jsonb,
    primary key (id, occurred_at)
  ) partition by range (occurred_at);
  create table analytics.events_old partition of analytics.events for values from (minvalue) to ('2026-01-01');
  create table analytics.events_new partition of analytics.events for values from ('2026-01-01') to (maxvalue);
  create view analytics.recent as select * from analytics.events where occurred_at > '2026-01-01';
  create table analytics."dotted.name" (id int primary key, "müşteri_no" bigint references "Müşteriler", at timestamptz);
  create table empty_orders (id serial primary key, "müşteri_no" bigint not null references "Müşteriler", total money, at timestamptz not null, data jsonb);
  create table pairs (tenant int, id int, at timestamptz not null, "müşteri_no" bigint not null references "Müşteriler", primary key (tenant, id));
  create table keyless ("müşteri_no" bigint references "Müşteriler", at timestamptz);
  create table "once" ("müşteri_no" bigint not null references "Müşteriler", at timestamptz not null, primary key ("müşteri_no", at));
  insert into "Müşteriler" select i, 'm' || i || '@example.com', 'Ad ' || i, date '2026-01-01' + i, 'x', i, i % 3 = 0, '10.0.0.1', '1 day',
    '{"renk": "mavi", "2nd": 1}', 'c', '101' from generate_series(1, 30) as i;
  insert into "select" select gen_random_uuid(), i, now() - i * interval '1 day', 'w', i from generate_series(1, 12) as i;
  insert into analytics.events ("müşteri_no", event, occurred_at, payload, context)
  select i, case when i % 2 = 0 then 'aç' else 'kapat' end, now() - i * interval '10 days', '{"kanal": "web"}', '{"ip": "10.0.0.1", "os": "x"}' from generate_series(1, 30) as i;
  insert into pairs select 1, i, now(), i from generate_series(1, 5) as i;
  insert into "once" select i, now() from generate_series(1, 4) as i;
`

/** Names that mean something to whoever puts text together: each is of a table, a column, an enum's value, a key, a tag and an event. */
export const hostileNames = [
  `it's`,
  'say "hi"',
  '`tick`',
  '${process.exit(7)}',
  'two\nlines',
  '*/ throw 1 /*',
  '__proto__',
  'constructor',
  'back\\slash',
  "'); process.exit(7) //",
  '\u2028 end',
  '\u202Eturned',
  'a.b',
  '🎉',
  'x'.repeat(63),
]

const id = (name: string): string => `"${name.replaceAll('"', '""')}"`
const lit = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const enumName = "mood's `${x}"

/** A database in which everything has such a name. */
export const hostile = `
  create type ${id(enumName)} as enum (${hostileNames.map(lit).join(', ')});
  create table users (
    id serial primary key,
    email text,
    mood ${id(enumName)} not null,
    tags text[] not null,
    doc jsonb not null,
    ${hostileNames.map((name) => `${id(name)} text default 'x'`).join(', ')},
    checked text check (checked in (${hostileNames.map(lit).join(', ')}))
  );
  create table events (id serial primary key, user_id int not null references users, name text not null, at timestamptz not null, properties jsonb not null);
  ${hostileNames
    .filter((name) => !name.startsWith('x'))
    .map(
      (
        name,
      ) => `create table ${id(name)} (${id(`${name}!`)} serial primary key, user_id int not null references users, ${id(`${name}?`)} timestamptz not null,
        ${id(name)} int, "deleted_at" timestamptz);`,
    )
    .join('\n')}
`

/** Statements that fill it, after the people and their documents. */
export const hostileRows = `
  insert into users (email, mood, tags, doc, checked)
  select 'e' || i, (enum_range(null::${id(enumName)}))[i], array[(enum_range(null::${id(enumName)}))[i]::text],
    jsonb_build_object(${hostileNames.map((name) => `${lit(name)}, 1`).join(', ')}), (enum_range(null::${id(enumName)}))[i]::text
  from generate_series(1, ${hostileNames.length}) as i;
  insert into events (user_id, name, at, properties)
  select u.id, u.mood::text, now() - interval '1 day', u.doc from users u;
  ${hostileNames
    .filter((name) => !name.startsWith('x'))
    .map((name) => `insert into ${id(name)} (user_id, ${id(`${name}?`)}, ${id(name)}) values (1, now(), 1);`)
    .join('\n')}
`

/** Runs statements. */
export async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
