-- Other systems that vouch for people at sign-in (single sign-on). What was removed stays as a row, since links and audit
-- entries name it.
create table identity_provider (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('oidc', 'saml')),
  name text not null,
  is_enabled boolean not null,
  -- On which sides its button stands, whom it signs in, and at which of our addresses (origins) it sends people back.
  zones text[] not null,
  person_kinds text[] not null,
  allows_administrators boolean not null,
  is_second_factor boolean not null,
  addresses text[] not null,
  -- Certificates (PEM) that its address must be signed by; null: those that the machine trusts.
  ca text,
  -- How somebody is found who comes for the first time: a claim of the provider, and what of ours it must equal. Null: links
  -- are made by hand.
  match_claim text,
  match_with text check (match_with in ('login-id', 'staff-number')),
  settings jsonb not null,
  -- The client's secret, sealed.
  secret bytea,
  revision integer not null,
  changed_at timestamptz not null,
  changed_by uuid,
  removed_at timestamptz,
  primary key (tenant_id, id),
  check ((match_claim is null) = (match_with is null))
);
call protect_by_tenant('identity_provider', 'select, insert, update');

-- Who somebody is at a provider: by its own lasting name for them (the subject), never by an address.
create table provider_link (
  tenant_id uuid not null references tenant,
  provider_id uuid not null,
  subject text not null,
  account_id uuid not null,
  linked_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, provider_id, subject),
  foreign key (tenant_id, provider_id) references identity_provider (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create unique index provider_link_by_account on provider_link (tenant_id, provider_id, account_id);
call protect_by_tenant('provider_link', 'select, insert, update, delete');

-- Sessions that began on a provider's word end with it.
alter table session add column provider_id uuid;
create index session_by_provider on session (tenant_id, provider_id) where provider_id is not null and ended_at is null;
