-- A message of a thread is numbered in its room like any other and bears the number of the thread's first message.
alter table message add column thread_seq bigint;
create index message_by_thread on message (tenant_id, room_id, thread_seq, seq) where thread_seq is not null;

-- 話題: a message that was answered in a thread, or that was given a title. Sparse.
create table thread (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  title text,
  reply_count integer not null default 0,
  last_reply_seq bigint,
  last_reply_at timestamptz,
  primary key (tenant_id, room_id, seq)
);
call protect_by_tenant('thread', 'select, insert, update');
