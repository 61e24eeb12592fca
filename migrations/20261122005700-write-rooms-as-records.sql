-- 公文書としての書き出し: a room as a ZIP with PDF/A, JSON and its files. Asked for by one office, consented to by another,
-- since it is a reading of the room; the archive lies in the store for a day.
create table record_export (
  tenant_id uuid not null references tenant,
  id uuid not null,
  room_id uuid not null,
  reason text not null,
  state text not null check (state in ('waiting', 'refused', 'running', 'done', 'failed')),
  asked_by uuid not null,
  asked_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decided_because text,
  -- The room's last message when it began, and how far it is.
  up_to_seq bigint,
  written_seq bigint not null default 0,
  blob_name text,
  length bigint,
  digest bytea,
  finished_at timestamptz,
  -- Until when it can be fetched.
  expires_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, asked_by) references account (tenant_id, id),
  foreign key (tenant_id, decided_by) references account (tenant_id, id),
  check (decided_by is null or decided_by <> asked_by),
  check ((state = 'done') = (blob_name is not null))
);
call protect_by_tenant('record_export', 'select, insert, update');
