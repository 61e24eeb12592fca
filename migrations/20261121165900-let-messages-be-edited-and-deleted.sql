-- A message that was never edited keeps nulls here (version 1), so that sending writes what it wrote before.
alter table message
  add column version integer,
  add column edited_at timestamptz,
  add column deleted_at timestamptz,
  add column deleted_by uuid,
  add column delete_reason text;

-- What a message said before each edit, and before it was deleted. Sparse.
create table message_version (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  version integer not null,
  body text not null,
  mentions uuid[] not null,
  written_at timestamptz not null,
  primary key (tenant_id, room_id, seq, version)
);
call protect_by_tenant('message_version', 'select, insert');

-- An edit may take a mention back, and a deletion takes all.
call allow_application('message_mention', 'select, insert, delete');
