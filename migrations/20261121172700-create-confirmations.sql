-- 要確認: messages that ask to be confirmed. Sparse; an ordinary message has no row in either table.
create table confirmation_request (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  deadline timestamptz,
  asked_count integer not null,
  reminded_at timestamptz,
  primary key (tenant_id, room_id, seq)
);
create index confirmation_request_by_asker on confirmation_request (tenant_id, asked_by, asked_at desc);
call protect_by_tenant('confirmation_request', 'select, insert, update, delete');

-- Who was asked: the members of the moment, so that it stays known whom the question reached.
create table confirmation_person (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  person_id uuid not null,
  confirmed_at timestamptz,
  operator_id uuid,
  primary key (tenant_id, room_id, seq, person_id)
);
create index confirmation_person_waiting on confirmation_person (tenant_id, person_id, room_id, seq)
  where confirmed_at is null;
call protect_by_tenant('confirmation_person', 'select, insert, update, delete');
