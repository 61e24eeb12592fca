-- 自治体. The list itself is not a secret: the sign-in page shows it. Only a transaction in the scope of a municipality
-- can make or change its row.
create table tenant (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,38}$'),
  name text not null,
  host_names text[] not null default '{}',
  is_demo boolean not null default false,
  -- Whether a section account must say who sits at it (操作者) before it signs in.
  operator_required boolean not null default true,
  created_at timestamptz not null
);
alter table tenant enable row level security;
alter table tenant force row level security;
create policy anyone_reads on tenant for select using (true);
create policy own_insert on tenant for insert with check (id = (select current_setting('chonai.tenant')::uuid));
create policy own_update on tenant for update using (id = (select current_setting('chonai.tenant')::uuid));
call allow_application('tenant', 'select, insert, update');
