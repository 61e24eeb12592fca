-- 利用状況の点検: each month rules pick what a person of the office of audit should look at.
-- Which rules, with which thresholds, from which month on. Never changed: the history is the list of rows.
create table use_review_setting (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- The first day of the first month that is reviewed by them.
  valid_from date not null check (extract(day from valid_from) = 1),
  value jsonb not null,
  -- Where the thresholds are written down.
  source text not null,
  reason text not null,
  changed_by uuid not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, changed_by) references account (tenant_id, id)
);
call protect_by_tenant('use_review_setting', 'select, insert');

create table use_review (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- The first day of the month that it is about.
  month date not null,
  -- The settings by which it was made.
  setting jsonb not null,
  opened_at timestamptz not null,
  due_on date not null,
  -- What was picked beyond what a person can look at.
  left_out integer not null,
  reminded_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, month)
);
call protect_by_tenant('use_review', 'select, insert, update');

create table use_review_entry (
  tenant_id uuid not null references tenant,
  review_id uuid not null,
  id uuid not null,
  rule text not null
    check (rule in ('mass-reading', 'mass-downloads', 'odd-hours', 'leavers', 'new-devices', 'refused')),
  person_id uuid not null,
  count integer not null,
  -- [{"day": "2026-11-21", "count": 312}], ascending.
  days jsonb not null,
  -- Who looked at what is behind it last: only they judge.
  opened_by uuid,
  opened_at timestamptz,
  judgement text check (judgement in ('expected', 'asked', 'passed-on')),
  note text,
  judged_by uuid,
  judged_at timestamptz,
  primary key (tenant_id, review_id, id),
  unique (tenant_id, review_id, rule, person_id),
  foreign key (tenant_id, review_id) references use_review (tenant_id, id),
  check ((judgement is null) = (judged_by is null) and (judgement is null) = (judged_at is null)),
  -- Nobody reviews oneself.
  check (judged_by is null or (judged_by <> person_id and judged_by = opened_by))
);
call protect_by_tenant('use_review_entry', 'select, insert, update');
