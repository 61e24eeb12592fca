create table message (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  id uuid not null,
  sender_id uuid not null,
  operator_id uuid,
  body text not null,
  sent_at timestamptz not null,
  client_message_id text not null,
  reply_to bigint,
  mentions uuid[] not null default '{}',
  primary key (tenant_id, room_id, seq),
  -- The promise of "never twice": the same clientMessageId of the same sender in the same room is one message.
  unique (tenant_id, room_id, sender_id, client_message_id)
);
-- Ids are looked up inside their room; no foreign keys, because the room's row is locked by the send itself.
create unique index message_by_id on message (tenant_id, room_id, id);
create index message_by_time on message (tenant_id, room_id, sent_at);
call protect_by_tenant('message', 'select, insert, update');

-- Sparse: only messages that mention somebody. Keyed by types whose operators are leakproof.
create table message_mention (
  tenant_id uuid not null,
  person_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  primary key (tenant_id, person_id, room_id, seq)
);
call protect_by_tenant('message_mention', 'select, insert');
