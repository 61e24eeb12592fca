-- 保存期間: how long what is written in rooms is kept, by the municipality's rules for documents (文書管理規程). Never changed: a
-- later row holds from its day on. Asked for by one office, consented to by another person of another office.
create table retention_setting (
  tenant_id uuid not null references tenant,
  id uuid not null,
  valid_from date not null,
  -- [{"kind": "section", "classification": null, "years": 5, "counting": "written-year"}]: the first that fits holds.
  value jsonb not null,
  source text not null,
  reason text not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decided_because text,
  is_accepted boolean,
  primary key (tenant_id, id),
  foreign key (tenant_id, proposed_by) references account (tenant_id, id),
  foreign key (tenant_id, decided_by) references account (tenant_id, id),
  check ((is_accepted is null) = (decided_by is null) and (is_accepted is null) = (decided_at is null)),
  check (decided_by is null or decided_by <> proposed_by)
);
call protect_by_tenant('retention_setting', 'select, insert, update');

-- 法的保全: what nobody may dispose of. Holds from the moment it is asked for; ends only with two persons.
create table legal_hold (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('room', 'person')),
  subject_id uuid not null,
  -- waiting: holds, and waits for the second person. releasing: holds, and its end waits for the second person.
  state text not null check (state in ('waiting', 'standing', 'releasing', 'refused', 'released')),
  reason text not null,
  placed_by uuid not null,
  placed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  release_by uuid,
  release_at timestamptz,
  release_because text,
  ended_by uuid,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, placed_by) references account (tenant_id, id),
  check (decided_by is null or decided_by <> placed_by),
  check (ended_by is null or state = 'refused' or ended_by <> release_by),
  check ((state in ('refused', 'released')) = (ended_at is not null))
);
call protect_by_tenant('legal_hold', 'select, insert, update');

-- Rooms in which a held person was on some day of the hold.
create table legal_hold_room (
  tenant_id uuid not null references tenant,
  hold_id uuid not null,
  room_id uuid not null,
  primary key (tenant_id, hold_id, room_id),
  foreign key (tenant_id, hold_id) references legal_hold (tenant_id, id)
);
call protect_by_tenant('legal_hold_room', 'select, insert');

-- 廃棄: what was due, who looked, who consented, what went.
create table disposal (
  tenant_id uuid not null references tenant,
  id uuid not null,
  state text not null check (state in ('proposed', 'approved', 'running', 'done', 'refused')),
  made_at timestamptz not null,
  -- Null when it was made by the clock.
  made_by uuid,
  -- The settings by which it was made.
  setting jsonb not null,
  approved_by uuid,
  approved_at timestamptz,
  approved_because text,
  decided_by uuid,
  decided_at timestamptz,
  decided_because text,
  finished_at timestamptz,
  -- The certificate (廃棄証明) as it was written, and its SHA-256.
  certificate text,
  digest bytea,
  primary key (tenant_id, id),
  foreign key (tenant_id, approved_by) references account (tenant_id, id),
  foreign key (tenant_id, decided_by) references account (tenant_id, id),
  check (decided_by is null or approved_by is null or decided_by <> approved_by),
  check (state not in ('running', 'done') or (approved_by is not null and decided_by is not null)),
  check ((state = 'done') = (certificate is not null) and (state = 'done') = (digest is not null))
);
create unique index disposal_open on disposal (tenant_id) where state in ('proposed', 'approved', 'running');
call protect_by_tenant('disposal', 'select, insert, update');

create table disposal_item (
  tenant_id uuid not null references tenant,
  disposal_id uuid not null,
  room_id uuid not null,
  -- As it was then; a direct room has none.
  room_name text,
  rule jsonb not null,
  -- What was written before this moment is due.
  before timestamptz not null,
  messages integer not null,
  files integer not null,
  oldest timestamptz,
  newest timestamptz,
  -- Under legal hold when the list was made, or found to be when its turn came.
  is_held boolean not null,
  excluded_by uuid,
  excluded_because text,
  -- How far it is, and what went.
  after_seq bigint not null default 0,
  gone_messages integer not null default 0,
  gone_versions integer not null default 0,
  gone_files integer not null default 0,
  gone_bytes bigint not null default 0,
  digest bytea,
  done_at timestamptz,
  primary key (tenant_id, disposal_id, room_id),
  foreign key (tenant_id, disposal_id) references disposal (tenant_id, id),
  check ((excluded_by is null) = (excluded_because is null))
);
call protect_by_tenant('disposal_item', 'select, insert, update');

-- Earlier texts go with their message.
call allow_application('message_version', 'select, insert, delete');
