-- A session belongs to one account, one device and one zone. Only the hash of its token is kept.
create table device (
  tenant_id uuid not null references tenant,
  id uuid not null,
  account_id uuid not null,
  zone text not null,
  name text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
call protect_by_tenant('device', 'select, insert, update');

create table session (
  tenant_id uuid not null references tenant,
  token_hash bytea not null,
  id uuid not null,
  account_id uuid not null,
  device_id uuid not null,
  zone text not null,
  -- Who sits at the section account (操作者).
  operator_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, token_hash),
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references account (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id),
  foreign key (tenant_id, operator_id) references person (tenant_id, id)
);
create index session_by_account on session (tenant_id, account_id);
call protect_by_tenant('session', 'select, insert, update');
