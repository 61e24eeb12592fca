-- What may cross between zones, as the municipality has decided it: each saved table is a version that takes effect at a
-- time. Nothing of a version is ever changed; one that was taken back says by whom and why.
create table crossing_version (
  tenant_id uuid not null references tenant,
  number integer not null check (number > 0),
  -- CrossingTable of core/crossing/contract.ts.
  rules jsonb not null,
  reason text not null,
  saved_by uuid not null,
  saved_at timestamptz not null,
  takes_effect_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  primary key (tenant_id, number),
  foreign key (tenant_id, saved_by) references person (tenant_id, id),
  foreign key (tenant_id, withdrawn_by) references person (tenant_id, id),
  check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_reason is null))
);
call protect_by_tenant('crossing_version', 'select, insert, update');
