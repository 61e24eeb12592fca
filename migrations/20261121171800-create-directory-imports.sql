-- Imports of people and sections from the web: what was sent, what it would do or did, and the way back. The files hold
-- personal data and stay only until the import is done or dropped.
create table directory_import (
  tenant_id uuid not null references tenant,
  id uuid not null,
  state text not null check (state in ('checked', 'scheduled', 'done', 'undone', 'cancelled', 'failed')),
  created_by uuid not null,
  created_at timestamptz not null,
  sections_name text,
  sections_bytes bytea,
  people_name text,
  people_bytes bytea,
  end_missing boolean not null,
  -- The day on which it happens by itself, at 0:00 in Japan; null for at once.
  effective_on date,
  report jsonb not null,
  -- Rows in the columns that an import writes, as they were and as it left them; null until it is done.
  images jsonb,
  -- First passwords of the accounts that it opened, sealed under the installation's key.
  passwords bytea,
  passwords_taken_at timestamptz,
  finished_at timestamptz,
  finished_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references person (tenant_id, id)
);
create index directory_import_by_day on directory_import (tenant_id, effective_on) where state = 'scheduled';
call protect_by_tenant('directory_import', 'select, insert, update');
