create table room (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('direct', 'group')),
  name text,
  -- The two people of a direct room in the order of their ids, so that a pair has one room.
  direct_key text,
  created_by uuid not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, direct_key),
  check ((kind = 'group') = (name is not null)),
  check ((kind = 'direct') = (direct_key is not null))
);
call protect_by_tenant('room', 'select, insert, update');

-- What every message changes, apart from the room so that the row stays small and its updates stay on their page.
-- Its lock is the last one of every transaction that sends, adds or removes.
create table room_counter (
  tenant_id uuid not null,
  room_id uuid not null,
  last_seq bigint not null default 0,
  member_count integer not null default 0,
  guest_count integer not null default 0,
  primary key (tenant_id, room_id),
  foreign key (tenant_id, room_id) references room (tenant_id, id)
) with (fillfactor = 40);
call protect_by_tenant('room_counter', 'select, insert, update');

create table room_member (
  tenant_id uuid not null,
  room_id uuid not null,
  person_id uuid not null,
  role text not null check (role in ('owner', 'member')),
  read_seq bigint not null default 0,
  joined_at timestamptz not null,
  primary key (tenant_id, room_id, person_id),
  foreign key (tenant_id, room_id) references room (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id)
) with (fillfactor = 70);
create index room_member_by_person on room_member (tenant_id, person_id, room_id);
call protect_by_tenant('room_member', 'select, insert, update, delete');
