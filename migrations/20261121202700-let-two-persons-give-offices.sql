-- What one person may not give alone: the offices of audit and of records wait here for a second person's consent.
create table office_proposal (
  tenant_id uuid not null references tenant,
  id uuid not null,
  person_id uuid not null,
  office text not null check (office in ('audit', 'records')),
  reason text not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  outcome text check (outcome in ('given', 'refused')),
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references account (tenant_id, id),
  foreign key (tenant_id, proposed_by) references account (tenant_id, id),
  foreign key (tenant_id, decided_by) references account (tenant_id, id),
  check ((outcome is null) = (decided_at is null))
);
create unique index office_proposal_open on office_proposal (tenant_id, person_id, office) where outcome is null;
call protect_by_tenant('office_proposal', 'select, insert, update');

-- Why a municipality lets one person hold offices that watch each other; null where it does not.
alter table tenant add column offices_meet_because text;
