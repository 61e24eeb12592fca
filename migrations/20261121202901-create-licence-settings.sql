-- Accounts as licences: price lists, tax rates and how many accounts of each class are bought (契約数). Only added to: the newest
-- row of a kind holds, the others are its history.
create table licence_setting (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('prices', 'taxes', 'plan')),
  value jsonb not null,
  reason text not null,
  -- Null when the demo made it.
  changed_by uuid,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, changed_by) references person (tenant_id, id)
);
create index licence_setting_newest on licence_setting (tenant_id, kind, id desc);
call protect_by_tenant('licence_setting', 'select, insert');
