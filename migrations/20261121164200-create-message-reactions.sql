-- Sparse: messages that nobody has reacted to have no row here.
create table message_reaction (
  tenant_id uuid not null,
  room_id uuid not null,
  seq bigint not null,
  person_id uuid not null,
  reaction text not null,
  reacted_at timestamptz not null,
  primary key (tenant_id, room_id, seq, person_id, reaction)
);
call protect_by_tenant('message_reaction', 'select, insert, delete');
