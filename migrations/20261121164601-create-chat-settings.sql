-- What a municipality has decided about sending; no row means the defaults of the contract.
create table chat_setting (
  tenant_id uuid not null references tenant,
  hold_seconds integer not null check (hold_seconds between 0 and 60),
  reach_shown_above integer not null check (reach_shown_above >= 1),
  reach_confirmed_above integer not null check (reach_confirmed_above >= 1),
  everybody_above integer not null check (everybody_above >= 1),
  everybody_by text not null check (everybody_by in ('owners', 'members')),
  changed_at timestamptz not null,
  primary key (tenant_id)
);
call protect_by_tenant('chat_setting', 'select, insert, update');
