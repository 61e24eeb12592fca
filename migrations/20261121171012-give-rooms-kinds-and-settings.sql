-- Rooms of sections and of everybody follow the organisation; groups may be found and joined by anybody on the staff.
alter table room drop constraint room_kind_check;
alter table room drop constraint room_check;
alter table room drop constraint room_check1;
alter table room
  -- Null when the organisation made it.
  alter column created_by drop not null,
  -- 所属コード of the section whose room it is: the same through reorganisations.
  add column section_code text,
  add column kana text not null default '',
  add column description text not null default '',
  -- Name, kana and description as they are searched.
  add column search_key text not null default '',
  add column visibility text not null default 'closed' check (visibility in ('closed', 'public')),
  add column posting text not null default 'everybody' check (posting in ('everybody', 'owners')),
  -- Rises with every change of the settings: two people who edit at once do not overwrite each other.
  add column version integer not null default 1,
  add constraint room_kind check (kind in ('direct', 'group', 'section', 'municipality')),
  add constraint room_name check ((kind = 'direct') = (name is null)),
  add constraint room_direct_key check ((kind = 'direct') = (direct_key is not null)),
  add constraint room_section_code check ((kind = 'section') = (section_code is not null)),
  add constraint room_public_kind check (visibility = 'closed' or kind = 'group');
create unique index room_of_section on room (tenant_id, section_code) where section_code is not null;
create index room_public on room (tenant_id, id) where visibility = 'public';

alter table room_member
  -- A member because of the organisation: comes and goes with it, never by hand.
  add column is_automatic boolean not null default false,
  add column notify text not null default 'all' check (notify in ('all', 'mentions', 'none'));

-- How many owners a room has is asked with every decision about it, and a room of everybody has thousands of members.
create index room_member_owner on room_member (tenant_id, room_id) where role = 'owner';

-- What was done to a room, shown between its messages: behind the message after_seq, so that seq stays without gaps.
create table room_change (
  tenant_id uuid not null,
  room_id uuid not null,
  -- UUIDv7: the order in which they happened.
  id uuid not null,
  after_seq bigint not null,
  at timestamptz not null,
  kind text not null,
  -- Null when the organisation itself changed.
  actor_id uuid,
  -- Whom it was done to: at most twenty of them, and how many they were.
  person_ids uuid[] not null default '{}',
  person_count integer not null default 0,
  value_before text,
  value_after text,
  primary key (tenant_id, room_id, id),
  foreign key (tenant_id, room_id) references room (tenant_id, id)
);
call protect_by_tenant('room_change', 'select, insert');

-- How somebody has arranged the own list of rooms: favourites, sections of one's own, what is folded.
create table room_list (
  tenant_id uuid not null,
  person_id uuid not null,
  version integer not null,
  arrangement jsonb not null,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references person (tenant_id, id)
);
call protect_by_tenant('room_list', 'select, insert, update');

-- Whether sections get their room by themselves.
alter table tenant add column has_section_rooms boolean not null default true;
