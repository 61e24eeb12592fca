-- The directory: staff (職員), shared accounts of sections (所属アカウント) and guests (ゲスト).
create table person (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('staff', 'section', 'guest')),
  -- 職員番号, or for section accounts and guests the number that the import list gives them.
  number text not null,
  name text not null,
  kana text not null default '',
  former_name text,
  search_key text not null,
  -- Main section and post, kept here because every list shows them; concurrent posts (兼務) are in post_assignment.
  section_id uuid,
  post_name text,
  post_rank integer,
  affiliation text,
  sponsor_id uuid,
  left_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, section_id) references section (tenant_id, id),
  foreign key (tenant_id, sponsor_id) references person (tenant_id, id)
);
create index person_by_section on person (tenant_id, section_id);
create index person_by_kana on person (tenant_id, kana, id);
call protect_by_tenant('person', 'select, insert, update');

create table post_assignment (
  tenant_id uuid not null references tenant,
  id uuid not null,
  person_id uuid not null,
  section_id uuid not null,
  post_name text,
  is_main boolean not null,
  valid_from date not null,
  valid_until date,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id),
  foreign key (tenant_id, section_id) references section (tenant_id, id),
  check (valid_until is null or valid_until > valid_from)
);
create unique index post_assignment_once on post_assignment (tenant_id, person_id, section_id, valid_from);
create index post_assignment_by_section on post_assignment (tenant_id, section_id);
call protect_by_tenant('post_assignment', 'select, insert, update');
