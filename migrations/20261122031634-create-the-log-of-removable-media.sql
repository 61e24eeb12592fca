-- The log of removable media (可搬媒体利用簿): who asks for one and for what, who decides, which was lent in which condition, and
-- how it came back. The medium itself stands in the register of equipment.
create table media_loan (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- The account that asked, the person at a section's account, and the section whose officer decides.
  asker_id uuid not null,
  operator_id uuid,
  section_id uuid,
  purpose text not null,
  classification text not null check (classification in ('3A', '3B', '3C', '2', '1')),
  -- The side on which it is used, and the system or terminal.
  zone text not null,
  system text not null,
  from_on date not null,
  due_on date not null check (due_on >= from_on),
  state text not null check (state in ('waiting', 'approved', 'refused', 'withdrawn', 'lent', 'returned', 'lost')),
  asked_at timestamptz not null,
  decided_by uuid,
  equipment_id uuid,
  lent_by uuid,
  lent_at timestamptz,
  ended_at timestamptz,
  -- An extension that waits for its answer.
  wanted_due_on date,
  -- The day of the last overdue warning.
  warned_on date,
  search_key text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, asker_id) references person (tenant_id, id),
  foreign key (tenant_id, operator_id) references person (tenant_id, id),
  foreign key (tenant_id, section_id) references section (tenant_id, id),
  foreign key (tenant_id, equipment_id) references equipment (tenant_id, id),
  check ((equipment_id is not null) = (state in ('lent', 'returned', 'lost'))),
  check (wanted_due_on is null or state = 'lent')
);
create unique index media_loan_of_thing on media_loan (tenant_id, equipment_id) where state = 'lent';
create index media_loan_by_asker on media_loan (tenant_id, asker_id);
create index media_loan_by_section on media_loan (tenant_id, section_id);
create index media_loan_overdue on media_loan (tenant_id, due_on) where state = 'lent';
call protect_by_tenant('media_loan', 'select, insert, update');

create table media_event (
  tenant_id uuid not null references tenant,
  id uuid not null,
  loan_id uuid not null,
  at timestamptz not null,
  what text not null check (what in ('asked', 'approved', 'refused', 'withdrawn', 'lent', 'returned', 'lost',
                                     'extension-asked', 'extended', 'extension-refused', 'warned')),
  by_id uuid,
  operator_id uuid,
  -- What was checked when it was lent or came back; null where nothing is checked.
  is_encrypted boolean,
  is_scanned boolean,
  is_emptied boolean,
  due_on date,
  note text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, loan_id) references media_loan (tenant_id, id)
);
create index media_event_by_loan on media_event (tenant_id, loan_id, at desc, id desc);
call protect_by_tenant('media_event', 'select, insert');

-- What waits for somebody outside the rooms and wakes their devices: besides guests and rules also devices, media, inspections.
alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check
  check (kind in ('direct', 'mention', 'confirmation', 'reminder', 'guests', 'rules', 'devices', 'media', 'inspections', 'test'));
