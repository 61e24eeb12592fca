-- The register of what people hold (機器台帳): computers, tablets, phones, SIM dongles, memory sticks. An entry says where a
-- thing is now; its events say how it came there.
create table equipment (
  tenant_id uuid not null references tenant,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('pc', 'tablet', 'phone', 'sim-dongle', 'usb-memory', 'other')),
  owned text not null check (owned in ('issued', 'personal')),
  model text not null,
  serial text not null,
  -- The telephone number of the SIM in it.
  sim_number text not null,
  network text check (network in ('lgwan', 'internet')),
  state text not null check (state in ('in-store', 'handed-out', 'lost', 'retired')),
  holder_id uuid,
  section_id uuid,
  -- The browser on it with which its holder signs in: cut off when the thing is lost.
  device_id uuid,
  -- When it is to be back; null for as long as it is needed.
  due_on date,
  note text not null,
  search_key text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, holder_id) references person (tenant_id, id),
  foreign key (tenant_id, section_id) references section (tenant_id, id),
  check (holder_id is null or state in ('handed-out', 'lost')),
  check (device_id is null or holder_id is not null)
);
create index equipment_by_holder on equipment (tenant_id, holder_id) where holder_id is not null;
call protect_by_tenant('equipment', 'select, insert, update');

create table equipment_event (
  tenant_id uuid not null references tenant,
  id uuid not null,
  equipment_id uuid not null,
  at timestamptz not null,
  what text not null check (what in ('imported', 'handed-out', 'returned', 'lost', 'found', 'retired', 'linked', 'unlinked')),
  by_id uuid,
  holder_id uuid,
  section_id uuid,
  note text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, equipment_id) references equipment (tenant_id, id)
);
create index equipment_event_by_thing on equipment_event (tenant_id, equipment_id, at desc, id desc);
call protect_by_tenant('equipment_event', 'select, insert');
