-- Programs of other directories that keep accounts here up to date by SCIM 2.0. Of the token only its hash is kept; a client that
-- was revoked stays as a row, since what it did names it.
create table scim_client (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null,
  zone text not null check (zone in ('lgwan', 'internet')),
  account_class text not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  created_by uuid,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id)
);
create unique index scim_client_by_token on scim_client (tenant_id, token_hash);
call protect_by_tenant('scim_client', 'select, insert, update');

-- What a client keeps of somebody here: its own name for them, and when it stopped or removed them. It lets back in only whom it
-- stopped itself.
create table scim_user (
  tenant_id uuid not null references tenant,
  client_id uuid not null,
  person_id uuid not null,
  external_id text,
  stopped_at timestamptz,
  removed_at timestamptz,
  primary key (tenant_id, client_id, person_id),
  foreign key (tenant_id, client_id) references scim_client (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id)
);
create unique index scim_user_by_external_id on scim_user (tenant_id, client_id, external_id);
create index scim_user_by_stop on scim_user (tenant_id, client_id, stopped_at) where stopped_at is not null;
call protect_by_tenant('scim_user', 'select, insert, update');
