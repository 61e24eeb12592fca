-- What changing and resetting a password, registering an authenticator app and recovery codes need to remember.
alter table account
  add column password_changed_at timestamptz,
  -- A secret that was shown and not yet confirmed by its first code; sealed as totp_secret.
  add column totp_pending bytea,
  add column totp_registered_at timestamptz,
  -- Until when the next sign-in from the Internet side may register an app: opened by an administrator, closed by its use.
  add column totp_open_until timestamptz;

-- Ten codes that each replace the authenticator app once (復旧コード). They are random, so a fast hash protects them.
create table recovery_code (
  tenant_id uuid not null references tenant,
  account_id uuid not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, account_id, code_hash),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
call protect_by_tenant('recovery_code', 'select, insert, update, delete');
