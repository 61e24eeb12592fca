-- The answer to a write that carried an Idempotency-Key, so that the same request again is the same answer.
create table idempotency_key (
  tenant_id uuid not null references tenant,
  account_id uuid not null,
  key text not null,
  route text not null,
  request_hash bytea not null,
  status integer not null,
  response text not null,
  created_at timestamptz not null,
  primary key (tenant_id, account_id, key)
);
create index idempotency_key_by_age on idempotency_key (tenant_id, created_at);
call protect_by_tenant('idempotency_key', 'select, insert, update, delete');
