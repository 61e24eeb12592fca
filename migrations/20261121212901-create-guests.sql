-- ゲスト: people from outside come by invitation, stay for a time with a sponsor on the staff, and are looked through twice a year.
create table guest_setting (
  tenant_id uuid primary key references tenant,
  -- Days for which a guest is invited unless the sponsor says otherwise, and at most.
  default_days integer not null check (default_days between 1 and 1096),
  longest_days integer not null check (longest_days between default_days and 1096),
  -- How long an invitation waits to be accepted.
  invitation_days integer not null check (invitation_days between 1 and 60),
  -- In which months the review (棚卸し) opens, on the first day; and how long sponsors have.
  review_months integer[] not null check (review_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}'),
  review_days integer not null check (review_days between 7 and 90),
  changed_at timestamptz not null
);
call protect_by_tenant('guest_setting', 'select, insert, update');

-- Kept by digest alone: the link's token, and the code that is told by another way.
create table guest_invitation (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- The person that accepting makes.
  guest_id uuid not null,
  sponsor_id uuid not null,
  name text not null,
  kana text not null,
  affiliation text not null,
  -- Where the invitation is sent, as the sponsor wrote it down: an address of mail or post.
  address text not null,
  purpose text not null,
  room_ids uuid[] not null,
  until timestamptz not null,
  token_hash bytea not null,
  code_hash bytea not null,
  failures integer not null default 0,
  -- The authenticator app's secret once it was shown; sealed like account.totp_secret.
  totp_pending bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, guest_id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, sponsor_id) references person (tenant_id, id)
);
create index guest_invitation_by_sponsor on guest_invitation (tenant_id, sponsor_id);
call protect_by_tenant('guest_invitation', 'select, insert, update');

-- How long a guest stays. The account's expires_at is the earliest of until, handover_by and renew_by.
create table guest_stay (
  tenant_id uuid not null references tenant,
  guest_id uuid not null,
  -- 所属コード of the sponsor's section when the guest came or was taken over; null when not known.
  section_code text,
  until timestamptz not null,
  purpose text not null default '',
  -- The sponsor has left or moved: by then somebody of the section must have taken over.
  handover_by timestamptz,
  -- A review is open: by then the sponsor must have renewed.
  renew_by timestamptz,
  -- The least number of days before the end for which the sponsor was warned; null when not yet.
  warned_days integer,
  ended_at timestamptz,
  primary key (tenant_id, guest_id),
  foreign key (tenant_id, guest_id) references person (tenant_id, id)
);
call protect_by_tenant('guest_stay', 'select, insert, update');

-- What happened to a stay, for the sponsor's page and the review's report.
create table guest_change (
  tenant_id uuid not null references tenant,
  id uuid not null,
  guest_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('accepted', 'extended', 'ended', 'sponsor-lost', 'taken-over', 'renewed', 'lapsed')),
  -- Null when nobody did it: time, or the organisation.
  by_id uuid,
  until timestamptz,
  reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, guest_id) references person (tenant_id, id)
);
create index guest_change_by_guest on guest_change (tenant_id, guest_id, id);
call protect_by_tenant('guest_change', 'select, insert');

-- 棚卸し: every guest of its first day, to be renewed or ended by the sponsor.
create table guest_review (
  tenant_id uuid not null references tenant,
  id uuid not null,
  opened_at timestamptz not null,
  closes_at timestamptz not null,
  closed_at timestamptz,
  primary key (tenant_id, id)
);
create unique index guest_review_open on guest_review (tenant_id) where closed_at is null;
call protect_by_tenant('guest_review', 'select, insert, update');

create table guest_review_item (
  tenant_id uuid not null references tenant,
  review_id uuid not null,
  guest_id uuid not null,
  outcome text check (outcome in ('renewed', 'ended', 'lapsed')),
  decided_by uuid,
  decided_at timestamptz,
  reason text,
  primary key (tenant_id, review_id, guest_id),
  foreign key (tenant_id, review_id) references guest_review (tenant_id, id),
  foreign key (tenant_id, guest_id) references person (tenant_id, id)
);
call protect_by_tenant('guest_review_item', 'select, insert, update');

-- A guest who came by invitation is in no list of people: an import that ends who is missing leaves them alone.
alter table person add column is_invited boolean not null default false;
