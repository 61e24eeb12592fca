-- 監査記録. Entries are written in the transaction of the action and chained behind the commit in batches, by the same
-- fence and snapshot as the stream. digest = SHA-256(salt || payload): disposal removes payload and salt, the chain
-- still verifies. The application can insert and read, never change or delete.
create table audit_entry (
  -- No foreign key: its check would lock the municipality's row in every write.
  tenant_id uuid not null,
  id bigint generated always as identity,
  transaction_number bigint not null default (pg_current_xact_id()::text::bigint),
  at timestamptz not null,
  action text not null,
  actor_id uuid,
  subject_id uuid,
  -- The exact bytes that were hashed: JSON with who, operator, zone, device, session, rule, facts.
  payload text,
  salt bytea,
  digest bytea not null,
  primary key (tenant_id, id)
);
create index audit_entry_by_transaction on audit_entry (tenant_id, transaction_number);
create index audit_entry_by_actor on audit_entry (tenant_id, actor_id, id);
create index audit_entry_by_subject on audit_entry (tenant_id, subject_id, id);
call protect_by_tenant('audit_entry', 'select, insert');

create table audit_head (
  tenant_id uuid primary key references tenant,
  fence bigint not null,
  number bigint not null,
  link bytea not null,
  snapshot_xmax bigint not null,
  snapshot_xip bigint[] not null
);
call protect_by_tenant('audit_head', 'select, insert, update');

-- One row a batch: link = HMAC-SHA-256(key, previous link || first number || id and digest of each entry).
create table audit_link (
  tenant_id uuid not null references tenant,
  last_number bigint not null,
  first_number bigint not null,
  entry_ids bigint[] not null,
  previous bytea not null,
  link bytea not null,
  key_id text not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, last_number)
);
call protect_by_tenant('audit_link', 'select, insert');
