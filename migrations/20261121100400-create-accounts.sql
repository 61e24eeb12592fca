-- What signs in. An account has the id of its entry in the directory. The five classes are those of the procurement
-- paper (document 000): テレビ会議用タブレット, リモートワーク用タブレット, 在宅勤務職員, 所属, ゲスト他.
create table account (
  tenant_id uuid not null references tenant,
  id uuid not null,
  login_id text not null,
  -- login_id in the form that is compared: NFKC, lower case.
  login_key text not null,
  class text not null check (class in ('video-tablet', 'remote-tablet', 'telework', 'section', 'guest-other')),
  zones text[] not null check (zones <@ '{lgwan,internet,public}'),
  is_administrator boolean not null default false,
  password_hash text not null,
  must_change_password boolean not null default false,
  -- AES-256-GCM under the installation's key (docs/architecture/keys.md); null until an app is registered.
  totp_secret bytea,
  -- The last time step that was accepted, so that a code works once (RFC 6238 §5.2).
  totp_last_step bigint not null default 0,
  starts_at timestamptz,
  expires_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, login_key),
  foreign key (tenant_id, id) references person (tenant_id, id)
);
call protect_by_tenant('account', 'select, insert, update');
