-- Who booked an import for a day to come: it runs only while that person may still do it. When it was stopped because they
-- may not, it waits for another administrator.
alter table directory_import add column booked_by uuid, add column stopped_at timestamptz;

-- Until when a password that was handed over can be used; null for one that its owner chose, and for those of lists.
alter table account add column password_until timestamptz;

-- How a municipality's people sign in, each version from its moment on. Nothing is changed afterwards.
create table sign_in_rule (
  tenant_id uuid not null references tenant,
  valid_from timestamptz not null,
  one_time_password_hours integer not null check (one_time_password_hours between 1 and 336),
  changed_by uuid not null,
  changed_at timestamptz not null,
  primary key (tenant_id, valid_from),
  foreign key (tenant_id, changed_by) references person (tenant_id, id)
);
call protect_by_tenant('sign_in_rule', 'select, insert');
