-- Directories of the hall that are read by LDAP: where they are, what in them is what here, and when accounts that are disabled there
-- were looked for last.
create table ldap_source (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null,
  is_enabled boolean not null,
  settings jsonb not null,
  -- The password with which it is read, sealed.
  secret bytea,
  changed_at timestamptz not null,
  changed_by uuid,
  removed_at timestamptz,
  read_at timestamptz,
  read_result text check (read_result in ('done', 'not-reached', 'not-permitted', 'certificate', 'credentials', 'nothing-found', 'too-many-stops')),
  primary key (tenant_id, id)
);
call protect_by_tenant('ldap_source', 'select, insert, update');
