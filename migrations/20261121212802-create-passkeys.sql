-- Passkeys (WebAuthn) beside the authenticator app: several for an account, each bound to the address where it was registered.
create table passkey (
  tenant_id uuid not null references tenant,
  id uuid not null,
  account_id uuid not null,
  credential_id bytea not null,
  public_key bytea not null,
  -- Signatures counted by the authenticator; 0 for those that do not count. Going back means a copy.
  counter bigint not null,
  transports text[] not null,
  -- The domain that the browser keeps it for.
  domain text not null,
  name text not null,
  is_backed_up boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, credential_id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index passkey_by_account on passkey (tenant_id, account_id);
call protect_by_tenant('passkey', 'select, insert, update, delete');

-- Challenges that were answered: each is answered once. Those that are over are removed with the next one.
create table answered_challenge (
  tenant_id uuid not null references tenant,
  digest bytea not null,
  until timestamptz not null,
  primary key (tenant_id, digest)
);
create index answered_challenge_by_end on answered_challenge (tenant_id, until);
call protect_by_tenant('answered_challenge', 'select, insert, delete');
