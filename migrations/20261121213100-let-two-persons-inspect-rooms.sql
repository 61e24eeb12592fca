-- 閲覧の申請: nobody reads a room of others unseen. Asked for with a reason, consented to by another office, for a term;
-- the members are told at once or when the term is over.
create table inspection (
  tenant_id uuid not null references tenant,
  id uuid not null,
  room_ids uuid[] not null check (cardinality(room_ids) between 1 and 20),
  reason text not null,
  days integer not null check (days between 1 and 14),
  -- Why the members are told only afterwards; null when they are told at once.
  later_because text,
  requested_by uuid not null,
  requested_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decided_because text,
  is_granted boolean,
  expires_at timestamptz not null,
  -- When the members were told.
  told_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, requested_by) references account (tenant_id, id),
  foreign key (tenant_id, decided_by) references account (tenant_id, id),
  check ((is_granted is null) = (decided_at is null)),
  check (decided_by is null or decided_by <> requested_by)
);
create index inspection_to_tell on inspection (tenant_id, expires_at) where is_granted and told_at is null;
call protect_by_tenant('inspection', 'select, insert, update');
